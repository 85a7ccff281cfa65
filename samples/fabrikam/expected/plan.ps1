# Certificate requests of fabrikam.com
# Run each block on the server that it names, in the management shell of the product.
# Before blocks with -CA: $CA = 'ca1.contoso.com\Contoso Issuing CA'
# Before blocks with -Template: $Template = 'WebServerWithClientEku', the name of a template of the CA that has the server and the client EKU; the template Web Server has the server EKU only, whatever -ClientEKU asks for.

# Standard Edition server SE01.fabrikam.com for Default, WebServicesInternal, WebServicesExternal
# CA: internal
# Install on: se01.fabrikam.com
# On se01.fabrikam.com:
Request-CsCertificate -New -Type Default,WebServicesInternal,WebServicesExternal -ComputerFqdn 'se01.fabrikam.com' -FriendlyName 'se01.fabrikam.com Default+WebServicesInternal+WebServicesExternal' -DomainName 'sip.fabrikam.com' -ClientEKU $true -Template $Template -KeySize 2048 -CA $CA
# When it is issued and imported:
Set-CsCertificate -Type Default,WebServicesInternal,WebServicesExternal -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'se01.fabrikam.com Default+WebServicesInternal+WebServicesExternal' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# Edge edge01.fabrikam.com for AccessEdgeExternal, DataEdgeExternal, AudioVideoAuthentication
# CA: public
# Install on: edge01.fabrikam.com
# On edge01.fabrikam.com:
Request-CsCertificate -New -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication -FriendlyName 'edge01.fabrikam.com AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication' -PrivateKeyExportable $true -KeySize 2048 -Output 'edge01.fabrikam.com_AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication.req'
# When it is issued and imported:
Set-CsCertificate -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'edge01.fabrikam.com AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# Edge edge01.fabrikam.com for Internal
# CA: internal
# Install on: edge01.fabrikam.com
# On edge01.fabrikam.com:
Request-CsCertificate -New -Type Internal -FriendlyName 'edge01.fabrikam.com Internal' -ClientEKU $true -Template $Template -KeySize 2048 -Output 'edge01.fabrikam.com_Internal.req'
# When it is issued and imported:
Set-CsCertificate -Type Internal -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'edge01.fabrikam.com Internal' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# OAuth (whole deployment) for OAuthTokenIssuer
# CA: internal or public
# Install on: se01.fabrikam.com
# On se01.fabrikam.com:
Request-CsCertificate -New -Type OAuthTokenIssuer -ComputerFqdn 'se01.fabrikam.com' -FriendlyName 'deployment OAuthTokenIssuer' -PrivateKeyExportable $true -KeySize 2048 -CA $CA
# When it is issued and imported:
Set-CsCertificate -Identity global -Type OAuthTokenIssuer -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'deployment OAuthTokenIssuer' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint
# The product copies it to all other servers.

# reverse proxy for ReverseProxy
# CA: public
# No cmdlet requests it; `--format certreq` and `--format openssl` give request files.
# Subject: CN=webext.fabrikam.com
# Names: webext.fabrikam.com, meet.fabrikam.com, dialin.fabrikam.com, lyncdiscover.fabrikam.com
# EKU: serverAuth; key: RSA 2048
