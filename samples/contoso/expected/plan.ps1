# Certificate requests of contoso.com
# Run each block on the server that it names, in the management shell of the product.
# Before blocks with -CA: $CA = 'ca1.contoso.com\Contoso Issuing CA'
# Before blocks with -Template: $Template = 'WebServerWithClientEku', the name of a template of the CA that has the server and the client EKU; the template Web Server has the server EKU only, whatever -ClientEKU asks for.

# Front End pool pool01.contoso.net, server fe01.contoso.net for Default, WebServicesInternal, WebServicesExternal
# CA: internal
# Install on: fe01.contoso.net
# On fe01.contoso.net:
Request-CsCertificate -New -Type Default,WebServicesInternal,WebServicesExternal -ComputerFqdn 'fe01.contoso.net' -FriendlyName 'pool01.contoso.net fe01.contoso.net Default+WebServicesInternal+WebServicesExternal' -DomainName 'sip.contoso.com,sip.fabrikam.com,lyncdiscoverinternal.contoso.com,lyncdiscoverinternal.fabrikam.com,lyncdiscover.contoso.com,lyncdiscover.fabrikam.com' -ClientEKU $true -Template $Template -KeySize 2048 -CA $CA
# When it is issued and imported:
Set-CsCertificate -Type Default,WebServicesInternal,WebServicesExternal -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'pool01.contoso.net fe01.contoso.net Default+WebServicesInternal+WebServicesExternal' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# Front End pool pool01.contoso.net, server fe02.contoso.net for Default, WebServicesInternal, WebServicesExternal
# CA: internal
# Install on: fe02.contoso.net
# On fe02.contoso.net:
Request-CsCertificate -New -Type Default,WebServicesInternal,WebServicesExternal -ComputerFqdn 'fe02.contoso.net' -FriendlyName 'pool01.contoso.net fe02.contoso.net Default+WebServicesInternal+WebServicesExternal' -DomainName 'sip.contoso.com,sip.fabrikam.com,lyncdiscoverinternal.contoso.com,lyncdiscoverinternal.fabrikam.com,lyncdiscover.contoso.com,lyncdiscover.fabrikam.com' -ClientEKU $true -Template $Template -KeySize 2048 -CA $CA
# When it is issued and imported:
Set-CsCertificate -Type Default,WebServicesInternal,WebServicesExternal -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'pool01.contoso.net fe02.contoso.net Default+WebServicesInternal+WebServicesExternal' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# Director dir01.contoso.net for Default, WebServicesInternal, WebServicesExternal
# CA: internal or public
# Install on: dir01.contoso.net
# On dir01.contoso.net:
Request-CsCertificate -New -Type Default,WebServicesInternal,WebServicesExternal -ComputerFqdn 'dir01.contoso.net' -FriendlyName 'dir01.contoso.net Default+WebServicesInternal+WebServicesExternal' -DomainName 'lyncdiscoverinternal.contoso.com,lyncdiscoverinternal.fabrikam.com,lyncdiscover.contoso.com,lyncdiscover.fabrikam.com' -KeySize 2048 -CA $CA
# When it is issued and imported:
Set-CsCertificate -Type Default,WebServicesInternal,WebServicesExternal -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'dir01.contoso.net Default+WebServicesInternal+WebServicesExternal' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# Edge lsedge.contoso.net for AccessEdgeExternal, DataEdgeExternal, AudioVideoAuthentication, XmppServer
# CA: public
# Install on: lsedge1.contoso.net, lsedge2.contoso.net
# On lsedge1.contoso.net:
Request-CsCertificate -New -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication,XmppServer -FriendlyName 'lsedge.contoso.net AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer' -DomainName 'sip.fabrikam.com,fabrikam.com' -ClientEKU $true -PrivateKeyExportable $true -KeySize 2048 -Output 'lsedge.contoso.net_AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer.req'
# When it is issued and imported:
Set-CsCertificate -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication,XmppServer -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'lsedge.contoso.net AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint
# Export it with its private key, import it on the other servers, and there too, on lsedge2.contoso.net:
Set-CsCertificate -Type AccessEdgeExternal,DataEdgeExternal,AudioVideoAuthentication,XmppServer -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'lsedge.contoso.net AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication+XmppServer' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# Edge lsedge.contoso.net for Internal
# CA: internal
# Install on: lsedge1.contoso.net, lsedge2.contoso.net
# On lsedge1.contoso.net:
Request-CsCertificate -New -Type Internal -FriendlyName 'lsedge.contoso.net Internal' -ClientEKU $true -Template $Template -PrivateKeyExportable $true -KeySize 2048 -Output 'lsedge.contoso.net_Internal.req'
# When it is issued and imported:
Set-CsCertificate -Type Internal -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'lsedge.contoso.net Internal' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint
# Export it with its private key, import it on the other servers, and there too, on lsedge2.contoso.net:
Set-CsCertificate -Type Internal -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'lsedge.contoso.net Internal' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint

# Office Web Apps farm officewebapps01.contoso.com for OfficeWebApps
# CA: internal or public
# Install on: officewebapps01.contoso.com
# No cmdlet requests it; `--format certreq` and `--format openssl` give request files.
# Subject: CN=officewebapps01.contoso.com
# Names: officewebapps01.contoso.com
# EKU: none in particular; key: RSA 2048, exportable
# When it is imported on every server of the farm, on one of them:
Set-OfficeWebAppsFarm -CertificateName 'officewebapps01.contoso.com OfficeWebApps'

# OAuth (whole deployment) for OAuthTokenIssuer
# CA: internal or public
# Install on: fe01.contoso.net, fe02.contoso.net, dir01.contoso.net
# On fe01.contoso.net:
Request-CsCertificate -New -Type OAuthTokenIssuer -ComputerFqdn 'fe01.contoso.net' -FriendlyName 'deployment OAuthTokenIssuer' -PrivateKeyExportable $true -KeySize 2048 -CA $CA
# When it is issued and imported:
Set-CsCertificate -Identity global -Type OAuthTokenIssuer -Thumbprint (Get-ChildItem Cert:\LocalMachine\My | Where-Object { $_.FriendlyName -eq 'deployment OAuthTokenIssuer' } | Sort-Object NotBefore | Select-Object -Last 1).Thumbprint
# The product copies it to all other servers.

# reverse proxy for ReverseProxy
# CA: public
# No cmdlet requests it; `--format certreq` and `--format openssl` give request files.
# Subject: CN=webext.contoso.com
# Names: webext.contoso.com, webdirext.contoso.com, meet.contoso.com, meet.fabrikam.com, dialin.contoso.com, officewebapps01.contoso.com, lyncdiscover.contoso.com, lyncdiscover.fabrikam.com
# EKU: serverAuth; key: RSA 2048
