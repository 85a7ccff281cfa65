#requires -version 2.0

<#
.SYNOPSIS
Collects what lyncert needs to judge the certificates of a Lync Server or Skype for Business Server deployment. It only reads.

.DESCRIPTION
Run on a Front End Server, a Standard Edition server or a management computer, this script reads the topology, a few settings, and from
every server the assigned certificates, the public certificates of its stores and the certificates that HTTP.sys serves. It writes one
folder, which lyncert audits on any machine:

    lyncert audit FOLDER

It changes nothing on any server, takes no private key, password, user, policy or partner list, asks for nothing, and sends nothing
anywhere. A server that cannot be reached is a row with a reason in collected.json, never the end of the run.

With -LocalOnly it reads this computer alone, without any network: for Edge Servers in a perimeter, for servers without remoting, and
for reverse proxies and Office Web Apps Servers. Put that folder anywhere below "certs" of the central one, where -Replace keeps it.

Exit codes: 0 everything asked for was collected; 4 a part of it; 3 nothing usable; 2 wrong arguments, or an environment that it refuses.

.PARAMETER OutputPath
The folder to write, on a drive of this computer. It must not exist, or be empty; with -Replace it may be an earlier collection.

.PARAMETER LocalOnly
Read this computer alone: no topology, no other server, no network.

.PARAMETER Holder
With -LocalOnly: what this computer serves, if that is no pool of the topology, such as reverse-proxy. It becomes a folder above the
computer's.

.PARAMETER ComputerName
Only these servers of the topology, by their full names. The others become rows that say so.

.PARAMETER ExcludeComputer
Not these servers of the topology.

.PARAMETER IncludeEdge
Try Edge Servers by remoting too, with the identity of whoever runs this. Without it they become rows that say how to collect them.

.PARAMETER Session
Sessions that you opened yourself, with whatever authentication you decided on. They are used in place of own ones and are not closed.

.PARAMETER KeyFacts
None (the default), or Open: opens the handle of each private key to read whether it may be exported. No key is used or exported.

.PARAMETER Listener
What answers at an address: HOLDER/USAGE=HOST[:PORT], such as reverse-proxy/ReverseProxy=meet.contoso.com:443. This computer connects there.

.PARAMETER Dns
Ask this computer's resolver for the names that clients look for in each SIP domain.

.PARAMETER Crl
Fetch the revocation lists that assigned certificates and their CAs name.

.PARAMETER OfficeWebApps
Collect the Office Web Apps Servers of the topology too, with what their farm is set to.

.PARAMETER TimeoutSeconds
How long one server may take: from 10 to 3600, by default 120.

.PARAMETER ThrottleLimit
How many servers work at once: from 1 to 64, by default 8.

.PARAMETER Zip
Pack the folder into a ZIP of the same name too. A ZIP that is there already is never overwritten.

.PARAMETER Replace
Replace an earlier collection in the same place. It is kept as .NAME.previous beside the folder. What was laid into it for lyncert is
copied into the new one: a lyncert.toml at its top, and collections of other runs below "certs", such as that of an Edge Server. Any other
file that no manifest names stops the replacement. Where the place is empty, they come from .NAME.previous.

.PARAMETER WhatIf
Read the topology and say what would be done: no other server is contacted and nothing is written.

.EXAMPLE
.\Export-LyncertCollection.ps1 -OutputPath C:\lyncert\contoso

Collects the deployment of this computer.

.EXAMPLE
.\Export-LyncertCollection.ps1 -LocalOnly -OutputPath C:\lyncert\edge1

Collects this computer alone, as on an Edge Server.

.EXAMPLE
powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\lyncert\Export-LyncertCollection.ps1 -OutputPath C:\lyncert\contoso -Replace

What a scheduler runs every night.

.NOTES
Version: 0.1.0
Works on Windows PowerShell 2.0 to 5.1, 64-bit. PowerShell 6 and later is refused: the product's modules are for Windows PowerShell.
#>
[CmdletBinding()]
param(
    [string]$OutputPath,
    [switch]$LocalOnly,
    [string]$Holder,
    [string[]]$ComputerName,
    [string[]]$ExcludeComputer,
    [switch]$IncludeEdge,
    [System.Management.Automation.Runspaces.PSSession[]]$Session,
    [string]$KeyFacts = 'None',
    [string[]]$Listener,
    [switch]$Dns,
    [switch]$Crl,
    [switch]$OfficeWebApps,
    [int]$TimeoutSeconds = 120,
    [int]$ThrottleLimit = 8,
    [switch]$Zip,
    [switch]$Replace,
    [switch]$WhatIf
)

$ErrorActionPreference = 'Continue'
# A bar of progress is of no use to a scheduler.
$ProgressPreference = 'SilentlyContinue'
# What somebody's profile sets could ask, or keep the script from writing.
$ConfirmPreference = 'None'
$WarningPreference = 'Continue'
$WhatIfPreference = $false
$PSDefaultParameterValues = @{}

$ScriptName = 'Export-LyncertCollection.ps1'
$ScriptPath = ''
$ScriptVersion = '0.1.0'
$ManifestSchema = 'lyncert-collected/1'
$FactsSchema = 'lyncert-facts/1'
$Invariant = [System.Globalization.CultureInfo]::InvariantCulture
# Limits, so that no input makes a run endless or a folder huge. What they cut off is told.
$MaxCertificates = 5000
$MaxServers = 200
$MaxBytes = 67108864
$MaxStoreBytes = 12582912
$MaxCrlBytes = 20971520
$MaxCrls = 200
$MaxMessage = 2000

# What is written lies below this folder; it gets its own name at the end.
$Root = $null
$Target = $null
$Written = [long]0
$IsFull = $false
$Buffered = @()
$Problems = @()
$Contacted = @()
$ExitCode = 0
# The files that were copied out of the earlier collection, by their paths in it, and why that failed.
$Kept = @{}
$KeptProblem = ''
$PolicyName = 'lyncert.toml'
# What the callback of a listener saw.
$SeenCertificates = @()
# What the arguments come to.
$Asked = @()
$Excluded = @()
$Listeners = @()
$WithKeys = $false
# What was collected besides files: farms, and the certificates that revocation lists are looked for in.
$Farms = @()
$Pool = @{}

# ---------------------------------------------------------------------------------------------------------------------------------
# What runs on each server, in-process here and by remoting elsewhere: the same text. It gives flat objects, each with its Kind:
# what is nested in a property would arrive as a text, since remoting goes one level deep.
# ---------------------------------------------------------------------------------------------------------------------------------
$NameBlock = {
    $ProgressPreference = 'SilentlyContinue'
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    $names = Get-ItemProperty -LiteralPath $key | Select-Object -Property 'NV Hostname', 'Hostname', 'NV Domain', 'Domain'
    $label = "$($names.'NV Hostname')".Trim()
    if (-not $label) {
        $label = "$($names.Hostname)".Trim()
    }
    $suffix = "$($names.'NV Domain')".Trim()
    if (-not $suffix) {
        $suffix = "$($names.Domain)".Trim()
    }
    if ($suffix) {
        "$label.$suffix"
    }
    else {
        $label
    }
}

$ServerBlock = {
    param($WithKeyFacts, $WithFarm, $Limit)
    $ProgressPreference = 'SilentlyContinue'

    function New-Flat {
        param($Properties)
        New-Object PSObject -Property $Properties
    }

    # An error as text and identifier, whatever kind of object it is.
    function New-Problem {
        param([string]$Step, $Problem)
        $known = $Problem | Select-Object -Property FullyQualifiedErrorId
        New-Flat -Properties @{ Kind = 'error'; Step = $Step; Id = "$($known.FullyQualifiedErrorId)"; Message = "$Problem" }
    }

    # A moment as text that no culture changes; what is no moment stays as it is.
    function ConvertTo-UtcText {
        param($Value)
        if ($Value -is [datetime]) {
            $format = 'yyyy-MM-ddTHH:mm:ssZ'
            return $Value.ToUniversalTime().ToString($format, [System.Globalization.CultureInfo]::InvariantCulture)
        }
        return "$Value"
    }

    # Who keeps a private key, and whether it may be exported. The only place that opens a key.
    function Get-KeyFacts {
        param($Certificate)
        $facts = @{ ProviderName = ''; Exportable = $null; KeyProblem = '' }
        try {
            $key = $null
            $isNew = $true
            try {
                $key = [System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($Certificate)
            }
            catch {
                # Before .NET 4.6 there is no such type.
                $isNew = $false
            }
            if (-not $isNew) {
                $key = $Certificate.PrivateKey
            }
            if ($null -eq $key) {
                $facts.KeyProblem = 'the key is no RSA key, or cannot be opened'
                return $facts
            }
            $parts = $key | Select-Object -Property Key, CspKeyContainerInfo
            if ($null -ne $parts.CspKeyContainerInfo) {
                $facts.ProviderName = "$($parts.CspKeyContainerInfo.ProviderName)"
                $facts.Exportable = [bool]$parts.CspKeyContainerInfo.Exportable
            }
            elseif ($null -ne $parts.Key) {
                $facts.ProviderName = "$($parts.Key.Provider.Provider)"
                $facts.Exportable = [bool]("$($parts.Key.ExportPolicy)" -match 'AllowExport|AllowPlaintextExport')
            }
            if ($isNew) {
                $key.Dispose()
            }
        }
        catch {
            $facts.KeyProblem = "$_"
        }
        return $facts
    }

    # The certificates of a store, one object each, and one that says how that went.
    function Get-Store {
        param([string]$Name)
        $failures = @()
        $found = @()
        try {
            $path = "Cert:\LocalMachine\$Name"
            $found = @(Get-ChildItem -LiteralPath $path -ErrorAction SilentlyContinue -ErrorVariable failures)
        }
        catch {
            $failures = @($_)
        }
        $failures = @($failures)
        $status = 'complete'
        if ($failures.Count -gt 0) {
            $status = 'failed'
            if ($found.Count -gt 0) {
                $status = 'partial'
            }
        }
        $count = 0
        $keys = 0
        $opened = 0
        foreach ($certificate in $found) {
            if ($count -ge $Limit) {
                $status = 'partial'
                $failures += "the store has $($found.Count) certificates; the limit is $Limit"
                break
            }
            try {
                $properties = @{
                    Kind = 'certificate'
                    Store = $Name
                    RawData = $certificate.RawData
                    Thumbprint = "$($certificate.Thumbprint)"
                    FriendlyName = "$($certificate.FriendlyName)"
                    HasPrivateKey = [bool]$certificate.HasPrivateKey
                    ProviderName = ''
                    Exportable = $null
                }
                if ($WithKeyFacts -and $Name -eq 'My' -and $properties.HasPrivateKey) {
                    $keys += 1
                    $facts = Get-KeyFacts -Certificate $certificate
                    $properties.ProviderName = $facts.ProviderName
                    $properties.Exportable = $facts.Exportable
                    if ($facts.KeyProblem) {
                        New-Problem -Step 'key-facts' -Problem "$($properties.Thumbprint): $($facts.KeyProblem)"
                    }
                    else {
                        $opened += 1
                    }
                }
                New-Flat -Properties $properties
                $count += 1
            }
            catch {
                $status = 'partial'
                $failures += $_
            }
        }
        foreach ($failure in $failures) {
            New-Problem -Step "store $Name" -Problem $failure
        }
        New-Flat -Properties @{ Kind = 'store'; Store = $Name; Status = $status; Count = $count; Keys = $keys; Opened = $opened }
        if ($Name -eq 'My' -and $found.Count -gt 0 -and $found.Count -le $Limit) {
            Get-SerializedStore -Certificates $found
        }
    }

    # The own store with the properties of its certificates (which provider keeps the key), and without any key.
    function Get-SerializedStore {
        param($Certificates)
        try {
            $all = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2Collection
            foreach ($certificate in $Certificates) {
                $all.Add($certificate) | Out-Null
            }
            $bytes = $all.Export([System.Security.Cryptography.X509Certificates.X509ContentType]::SerializedStore)
            New-Flat -Properties @{ Kind = 'serialized'; Bytes = $bytes }
        }
        catch {
            New-Problem -Step 'serialized store My' -Problem $_
        }
    }

    # What HTTP.sys serves, from the registry: its own tools print localized text.
    function Get-Bindings {
        $status = 'complete'
        $count = 0
        foreach ($kind in @('SslBindingInfo', 'SslSniBindingInfo')) {
            $failures = @()
            $path = "HKLM:\SYSTEM\CurrentControlSet\Services\HTTP\Parameters\$kind"
            if (-not (Test-Path -LiteralPath $path)) {
                continue
            }
            $keys = @()
            try {
                $keys = @(Get-ChildItem -LiteralPath $path -ErrorAction SilentlyContinue -ErrorVariable failures)
            }
            catch {
                $failures = @($_)
            }
            $failures = @($failures)
            foreach ($key in $keys) {
                try {
                    $values = Get-ItemProperty -LiteralPath $key.PSPath -ErrorAction Stop
                    $values = $values | Select-Object -Property SslCertHash, SslCertStoreName, HostnamePort
                    $digits = ''
                    foreach ($byte in @($values.SslCertHash)) {
                        if ($null -ne $byte) {
                            $digits += ([byte]$byte).ToString('X2')
                        }
                    }
                    $name = ''
                    if ($kind -eq 'SslSniBindingInfo') {
                        $name = Get-HostName -Value $values.HostnamePort
                        if (-not $name) {
                            $name = "$($key.PSChildName)"
                        }
                    }
                    if ($digits.Length -ne 40) {
                        # It serves none of the own stores, so that the list is whole without it.
                        New-Problem -Step 'bindings' -Problem "the binding $($key.PSChildName) names no certificate"
                        continue
                    }
                    $binding = @{ Kind = 'binding'; Endpoint = "$($key.PSChildName)"; Name = $name; Thumbprint = $digits }
                    $binding.Store = "$($values.SslCertStoreName)"
                    New-Flat -Properties $binding
                    $count += 1
                }
                catch {
                    $failures += $_
                }
            }
            foreach ($failure in $failures) {
                $status = 'partial'
                New-Problem -Step 'bindings' -Problem $failure
            }
        }
        if ($status -ne 'complete' -and $count -eq 0) {
            $status = 'failed'
        }
        New-Flat -Properties @{ Kind = 'bindings'; Status = $status; Count = $count }
    }

    # The name of a binding to a name: a text, or the bytes of one.
    function Get-HostName {
        param($Value)
        if ($null -eq $Value) {
            return ''
        }
        if ($Value -is [string]) {
            return $Value.Trim()
        }
        $text = ''
        $bytes = @($Value)
        for ($index = 0; $index + 1 -lt $bytes.Count; $index += 2) {
            $code = [int]$bytes[$index] + 256 * [int]$bytes[$index + 1]
            if ($code -gt 32 -and $code -lt 127) {
                $text += [string][char]$code
            }
        }
        return $text
    }

    # The certificates that are assigned, one object a use. What is missing comes as an error, which is kept as it is.
    function Get-Assigned {
        $module = ''
        $why = ''
        foreach ($name in @('SkypeForBusiness', 'Lync')) {
            if ($module) {
                break
            }
            try {
                Import-Module -Name $name -ErrorAction Stop -WarningAction SilentlyContinue -Verbose:$false | Out-Null
                $module = $name
            }
            catch {
                $why = "$why $_"
            }
        }
        if (-not $module) {
            $none = @{ Kind = 'assigned-list'; Status = 'no-module'; Count = 0; Module = ''; Version = ''; Message = $why }
            New-Flat -Properties $none
            return
        }
        $version = ''
        $loaded = @(Get-Module -Name $module)
        if ($loaded.Count -gt 0) {
            $version = "$($loaded[0].Version)"
        }
        $failures = @()
        $found = @()
        try {
            $found = @(Get-CsCertificate -ErrorAction Continue -ErrorVariable failures)
        }
        catch {
            $failures = @($failures) + @($_)
        }
        $failures = @($failures)
        $count = 0
        foreach ($one in $found) {
            if ($null -eq $one) {
                continue
            }
            ConvertTo-Assigned -Reference $one
            $count += 1
        }
        $texts = @()
        foreach ($failure in $failures) {
            $text = "$failure"
            if ($texts -notcontains $text) {
                $texts += $text
                $known = $failure | Select-Object -Property FullyQualifiedErrorId
                New-Flat -Properties @{ Kind = 'assigned-error'; Id = "$($known.FullyQualifiedErrorId)"; Message = $text }
            }
        }
        $status = 'complete'
        if ($texts.Count -gt 0) {
            $status = 'failed'
            if ($count -gt 0) {
                $status = 'partial'
            }
        }
        $list = @{ Kind = 'assigned-list'; Status = $status; Count = $count; Module = $module; Version = $version; Message = '' }
        New-Flat -Properties $list
    }

    # What is assigned as a flat object of texts. Properties that an older version lacks are left out.
    function ConvertTo-Assigned {
        param($Reference)
        $names = @('Use', 'Subject', 'Issuer', 'SerialNumber', 'Thumbprint', 'PreviousThumbprint', 'SourceScope', 'AlternativeNames')
        $times = @('NotBefore', 'NotAfter', 'EffectiveDate', 'UpdateTime')
        $known = $Reference | Select-Object -Property ($names + $times)
        $properties = @{ Kind = 'assigned'; Use = "$($known.Use)"; Thumbprint = "$($known.Thumbprint)" }
        $properties.AlternativeNames = [string[]]@($known.AlternativeNames | Where-Object { $null -ne $_ } | ForEach-Object { "$_" })
        $properties.Subject = "$($known.Subject)"
        $properties.Issuer = "$($known.Issuer)"
        $properties.SerialNumber = "$($known.SerialNumber)"
        $properties.PreviousThumbprint = "$($known.PreviousThumbprint)"
        $properties.SourceScope = "$($known.SourceScope)"
        $properties.NotBefore = ConvertTo-UtcText -Value $known.NotBefore
        $properties.NotAfter = ConvertTo-UtcText -Value $known.NotAfter
        $properties.EffectiveDate = ConvertTo-UtcText -Value $known.EffectiveDate
        $properties.UpdateTime = ConvertTo-UtcText -Value $known.UpdateTime
        New-Flat -Properties $properties
    }

    # What the farm of an Office Web Apps Server is set to.
    function Get-Farm {
        try {
            Import-Module -Name 'OfficeWebApps' -ErrorAction Stop -WarningAction SilentlyContinue -Verbose:$false | Out-Null
            foreach ($farm in @(Get-OfficeWebAppsFarm -ErrorAction Stop)) {
                $known = $farm | Select-Object -Property InternalURL, ExternalURL, CertificateName, SSLOffloaded, AllowHttp
                $properties = @{ Kind = 'farm'; InternalUrl = "$($known.InternalURL)"; ExternalUrl = "$($known.ExternalURL)" }
                $properties.CertificateName = "$($known.CertificateName)"
                $properties.SslOffloaded = [bool]$known.SSLOffloaded
                $properties.AllowHttp = [bool]$known.AllowHttp
                New-Flat -Properties $properties
            }
        }
        catch {
            New-Problem -Step 'office-web-apps' -Problem $_
        }
    }

    # What is set in a function ends with it: elsewhere this block runs in the outermost scope, where strictness would bind the
    # product's own modules, and would stay in a session that is not ours.
    function Get-Everything {
        Set-StrictMode -Version 2.0
        $ErrorActionPreference = 'Continue'
        $mode = "$($ExecutionContext.SessionState.LanguageMode)"
        $engine = "$($PSVersionTable.PSVersion)"
        New-Flat -Properties @{ Kind = 'start'; Ticks = [datetime]::UtcNow.Ticks; PowerShell = $engine; LanguageMode = $mode }
        Get-Assigned
        foreach ($store in @('My', 'CA', 'Root')) {
            Get-Store -Name $store
        }
        Get-Bindings
        if ($WithFarm) {
            Get-Farm
        }
        New-Flat -Properties @{ Kind = 'end' }
    }

    Get-Everything
}

# ---------------------------------------------------------------------------------------------------------------------------------
# Words: moments, lines and JSON. What is written is the same in every culture.
# ---------------------------------------------------------------------------------------------------------------------------------
function Get-UtcNow {
    return [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', $Invariant)
}

# A text that stays on one line and has an end.
function ConvertTo-Line {
    param([string]$Text)
    $line = ($Text -replace '[\x00-\x1F\x7F]+', ' ').Trim()
    if ($line.Length -gt $MaxMessage) {
        $line = $line.Substring(0, $MaxMessage) + ' ...'
    }
    return $line
}

# An object whose properties keep their order.
function New-Ordered {
    param([string[]]$Names, $Properties)
    New-Object PSObject -Property $Properties | Select-Object -Property $Names
}

# Everything outside ASCII by number, so that no code page matters.
function ConvertTo-JsonText {
    param([string]$Text)
    if ($Text -cmatch '\A[ !#-\[\]-~]*\z') {
        return '"' + $Text + '"'
    }
    $json = '"'
    for ($index = 0; $index -lt $Text.Length; $index += 1) {
        $code = [int]$Text[$index]
        if ($code -eq 34 -or $code -eq 92) {
            $json += '\' + [string][char]$code
        }
        elseif ($code -ge 32 -and $code -lt 127) {
            $json += [string][char]$code
        }
        elseif ($code -ge 0xD800 -and $code -le 0xDFFF) {
            $next = 0
            if ($index + 1 -lt $Text.Length) {
                $next = [int]$Text[$index + 1]
            }
            if ($code -lt 0xDC00 -and $next -ge 0xDC00 -and $next -le 0xDFFF) {
                $json += '\u' + $code.ToString('x4') + '\u' + $next.ToString('x4')
                $index += 1
            }
            else {
                # Half of a pair is no text.
                $json += '\ufffd'
            }
        }
        else {
            $json += '\u' + $code.ToString('x4')
        }
    }
    return $json + '"'
}

function ConvertTo-JsonValue {
    param($Value)
    if ($null -eq $Value) {
        return 'null'
    }
    if ($Value -is [bool]) {
        if ($Value) {
            return 'true'
        }
        return 'false'
    }
    if ($Value -is [string]) {
        return ConvertTo-JsonText -Text $Value
    }
    if ($Value -is [int] -or $Value -is [long]) {
        return $Value.ToString($Invariant)
    }
    $parts = @()
    if ($Value -is [array]) {
        foreach ($item in $Value) {
            $parts += ConvertTo-JsonValue -Value $item
        }
        return '[' + ($parts -join ',') + ']'
    }
    foreach ($property in $Value.PSObject.Properties) {
        $parts += (ConvertTo-JsonText -Text $property.Name) + ':' + (ConvertTo-JsonValue -Value $property.Value)
    }
    return '{' + ($parts -join ',') + '}'
}

# A text, or null where there is none.
function Get-TextOrNull {
    param([string]$Text)
    if ($Text) {
        return $Text
    }
    return $null
}

# ---------------------------------------------------------------------------------------------------------------------------------
# Writing: only here, and only below the folder of this run. Each function looks at its path first.
# ---------------------------------------------------------------------------------------------------------------------------------
function Get-Separator {
    return (Join-Path -Path 'a' -ChildPath 'b').Substring(1, 1)
}

# Refuses a path that is not below a folder of this script.
function Assert-BelowRoot {
    param([string]$Path, [string]$Base)
    $folder = $Base
    if (-not $folder) {
        $folder = $Root
    }
    if (-not $folder) {
        throw 'there is no folder to write to yet'
    }
    $start = $folder.TrimEnd('\/') + (Get-Separator)
    $isBelow = $Path.Length -gt $start.Length -and $Path.Substring(0, $start.Length) -ceq $start
    if (-not $isBelow -or $Path -match '(\A|[\\/])\.\.([\\/]|\z)') {
        throw "the path $Path is not below $folder"
    }
}

# The full path of a file of the collection.
function Get-FullPath {
    param([string]$Relative)
    return Get-PathBelow -Folder $Root -Relative $Relative
}

# Whether so much more may be written.
function Test-Room {
    param([long]$Count)
    if ($Written + $Count -gt $MaxBytes) {
        if (-not $IsFull) {
            Add-Problem -Step 'limit' -Server '' -Id 'size-limit' -Message "the collection has reached $MaxBytes bytes; the rest is left out"
        }
        $script:IsFull = $true
        return $false
    }
    $script:Written = $Written + $Count
    return $true
}

function New-Folder {
    param([string]$Path)
    Assert-BelowRoot -Path (Join-Path -Path $Path -ChildPath 'x') -Base $Root
    if (-not (Test-Path -LiteralPath $Path)) {
        New-Item -ItemType Directory -Path $Path -Force -ErrorAction Stop | Out-Null
    }
}

# Whether the text was written: what would be too much is told and left out. The log and the manifest always fit.
function Write-Text {
    param([string]$Path, [string]$Text, [switch]$Append, [switch]$Always)
    Assert-BelowRoot -Path $Path
    if (-not $Always -and -not (Test-Room -Count $Text.Length)) {
        return $false
    }
    New-Folder -Path (Split-Path -Path $Path -Parent)
    if ($Append) {
        Add-Content -LiteralPath $Path -Value $Text -Encoding UTF8 -ErrorAction Stop
    }
    else {
        Set-Content -LiteralPath $Path -Value $Text -Encoding UTF8 -ErrorAction Stop
    }
    return $true
}

function Write-Objects {
    param([string]$Path, $Objects, [long]$Size)
    Assert-BelowRoot -Path $Path
    if (-not (Test-Room -Count $Size)) {
        return $false
    }
    New-Folder -Path (Split-Path -Path $Path -Parent)
    $Objects | Export-Clixml -Path $Path -Depth 3 -Encoding UTF8 -ErrorAction Stop
    return $true
}

# Whether the bytes were written. What other runs wrote takes none of the room of this one.
function Write-Bytes {
    param([string]$Path, $Bytes, [switch]$Always)
    Assert-BelowRoot -Path $Path
    if (-not $Always -and -not (Test-Room -Count $Bytes.Length)) {
        return $false
    }
    New-Folder -Path (Split-Path -Path $Path -Parent)
    # In pieces: the cmdlets make an object of every byte.
    $piece = 1048576
    if ($Bytes.Length -le $piece) {
        Set-Content -LiteralPath $Path -Value $Bytes -Encoding Byte -ErrorAction Stop
        return $true
    }
    Set-Content -LiteralPath $Path -Value ([byte[]]$Bytes[0..($piece - 1)]) -Encoding Byte -ErrorAction Stop
    for ($start = $piece; $start -lt $Bytes.Length; $start += $piece) {
        $end = $start + $piece - 1
        if ($end -ge $Bytes.Length) {
            $end = $Bytes.Length - 1
        }
        Add-Content -LiteralPath $Path -Value ([byte[]]$Bytes[$start..$end]) -Encoding Byte -ErrorAction Stop
    }
    return $true
}

# What a run says, one event a line; before there is a folder it is kept.
function Write-Log {
    param([string]$Server, [string]$Step, [string]$Text)
    $line = "$(Get-UtcNow)`t$(ConvertTo-Line -Text $Server)`t$(ConvertTo-Line -Text $Step)`t$(ConvertTo-Line -Text $Text)"
    Write-Verbose -Message $line
    $script:Buffered = @($Buffered) + $line
    if (-not $Root -or -not (Test-Path -LiteralPath $Root)) {
        return
    }
    try {
        Write-Text -Path (Get-FullPath -Relative 'collect.log') -Text ($Buffered -join "`r`n") -Append -Always | Out-Null
        $script:Buffered = @()
    }
    catch {
        # Somebody else, such as a scanner, holds the file: the next event brings these lines along.
        Write-Verbose -Message "the log is held: $_"
    }
}

# An error of a step, for the manifest and the log.
function Add-Problem {
    param([string]$Step, [string]$Server, [string]$Id, [string]$Message)
    Write-Log -Server $Server -Step $Step -Text "error $Id $Message"
    if ($Problems.Count -ge 1000) {
        return
    }
    $properties = @{ step = $Step; server = (Get-TextOrNull -Text $Server); id = (Get-TextOrNull -Text $Id) }
    $properties.message = ConvertTo-Line -Text $Message
    $script:Problems = @($Problems) + (New-Ordered -Names @('step', 'server', 'id', 'message') -Properties $properties)
}

# An error as text and identifier, whatever kind of object it is. The identifier is not localized.
function Get-Failure {
    param($Failure)
    $known = $Failure | Select-Object -Property 'FullyQualifiedErrorId'
    $id = ("$($known.FullyQualifiedErrorId)" -split ',')[0].Trim()
    return @{ Id = $id; Message = "$Failure" }
}

# SHA-256 of a file, in hexadecimal digits.
function Get-Sha256 {
    param([string]$Path)
    try {
        if (@(Get-Command -Name 'Get-FileHash' -ErrorAction SilentlyContinue).Count -gt 0) {
            return (Get-FileHash -LiteralPath $Path -Algorithm SHA256 -ErrorAction Stop).Hash.ToUpperInvariant()
        }
        # All at once: one object a byte would take minutes.
        $bytes = [byte[]](Get-Content -LiteralPath $Path -Encoding Byte -ReadCount 0 -ErrorAction Stop)
        $hasher = New-Object System.Security.Cryptography.SHA256CryptoServiceProvider
        return ConvertTo-Hex -Bytes ($hasher.ComputeHash($bytes))
    }
    catch {
        Write-Log -Server '' -Step 'hash' -Text "error $_"
        return ''
    }
}

function ConvertTo-Hex {
    param($Bytes)
    $digits = ''
    foreach ($byte in @($Bytes)) {
        $digits += ([byte]$byte).ToString('X2')
    }
    return $digits
}

# ---------------------------------------------------------------------------------------------------------------------------------
# The place of the collection
# ---------------------------------------------------------------------------------------------------------------------------------

# The full path of a folder on a drive of this computer; an empty text for what is none.
function Get-PlainPath {
    param([string]$Path)
    $plain = $Path.Trim() -replace '/', '\'
    if ($plain -notmatch '\A[A-Za-z]:\\' -and $plain -notmatch '\A\\') {
        $plain = "$($PWD.ProviderPath)\$plain"
    }
    $parts = @($plain -split '\\' | Where-Object { $_ -ne '' -and $_ -ne '.' })
    $plain = $parts -join '\'
    # No share of another computer, no drive by itself, nothing that cmdlets would take for a pattern.
    if ($Path.Trim() -match '\A[\\/]' -or $plain -notmatch '\A[A-Za-z]:\\[^\[\]\*\?"<>|:`\x00-\x1F]+\z') {
        return ''
    }
    if ($plain -match '(\\|\A)\.\.(\\|\z)' -or $plain -match '[. ](\\|\z)') {
        return ''
    }
    return $plain
}

# The files of an earlier collection by its own manifest; $null where the folder is none.
function Get-ManifestFiles {
    param([string]$Folder)
    $path = Join-Path -Path $Folder -ChildPath 'collected.json'
    if (-not (Test-Path -LiteralPath $path)) {
        return $null
    }
    $text = @(Get-Content -LiteralPath $path -Encoding UTF8 -ErrorAction Stop) -join ''
    if (-not $text.Trim().StartsWith('{"schema":"' + $ManifestSchema + '"')) {
        return $null
    }
    $files = @{ 'collected.json' = $true; 'collect.log' = $true }
    foreach ($match in [regex]::Matches($text, '"path":"([A-Za-z0-9._+/-]+)"')) {
        $relative = $match.Groups[1].Value
        if ($relative -notmatch '(\A|/)\.\.(/|\z)') {
            $files[$relative] = $true
        }
    }
    return $files
}

function Test-Link {
    param($Item)
    return "$($Item.Attributes)" -match 'ReparsePoint'
}

# Everything in a folder, links among it; what is behind a link is not looked at.
function Get-Tree {
    param([string]$Folder)
    foreach ($item in @(Get-ChildItem -LiteralPath $Folder -Force -ErrorAction Stop)) {
        if ($null -eq $item) {
            continue
        }
        $item
        if ($item.PSIsContainer -and -not (Test-Link -Item $item)) {
            Get-Tree -Folder $item.FullName
        }
    }
}

# The path of something in a folder, as a manifest writes it.
function Get-RelativePath {
    param([string]$Folder, [string]$Path)
    return $Path.Substring($Folder.Length + 1).Replace((Get-Separator), '/')
}

# The path of a file in a folder, from how a manifest writes it.
function Get-PathBelow {
    param([string]$Folder, [string]$Relative)
    $path = $Folder
    foreach ($part in ($Relative -split '/')) {
        $path = Join-Path -Path $path -ChildPath $part
    }
    return $path
}

# What is laid into a collection for lyncert: the policy at its top, and below certs what the manifests of other runs name. Each path goes
# with that of the manifest, or of the policy itself.
function Get-LaidFiles {
    param([string]$Folder)
    $laid = @{}
    foreach ($item in @(Get-Tree -Folder $Folder)) {
        if ($item.PSIsContainer -or (Test-Link -Item $item)) {
            continue
        }
        $relative = Get-RelativePath -Folder $Folder -Path $item.FullName
        if ($relative -eq $PolicyName) {
            $laid[$relative] = $relative
        }
        if ($relative -match '\Acerts/(.+/)?collected\.json\z') {
            $files = Get-ManifestFiles -Folder (Split-Path -Path $item.FullName -Parent)
            if ($null -ne $files) {
                $above = $relative.Substring(0, $relative.Length - 'collected.json'.Length)
                foreach ($name in $files.Keys) {
                    $laid["$above$name"] = $relative
                }
            }
        }
    }
    return $laid
}

# The first thing in a folder of an earlier collection that is neither of it nor laid into it for lyncert; links are foreign too.
function Get-ForeignItem {
    param([string]$Folder, $Files)
    $laid = Get-LaidFiles -Folder $Folder
    foreach ($item in @(Get-Tree -Folder $Folder)) {
        $relative = Get-RelativePath -Folder $Folder -Path $item.FullName
        if (Test-Link -Item $item) {
            return $relative
        }
        if (-not $item.PSIsContainer -and -not $Files.ContainsKey($relative) -and -not $laid.ContainsKey($relative)) {
            return $relative
        }
    }
    return ''
}

# The collection whose laid files go into this one. After a run that was cut between its two last names it is the previous one.
function Get-EarlierPath {
    if (-not $Replace) {
        return ''
    }
    foreach ($path in @($Target, (Get-PreviousPath))) {
        if ((Test-Path -LiteralPath $path) -and @(Get-ChildItem -LiteralPath $path -Force -ErrorAction Stop).Count -gt 0) {
            return $path
        }
    }
    return ''
}

# The paths in an earlier collection that are to be kept: what is laid into it, and there.
function Get-KeptPaths {
    param([string]$Folder)
    $own = Get-ManifestFiles -Folder $Folder
    if ($null -eq $own) {
        $own = @{}
    }
    $laid = Get-LaidFiles -Folder $Folder
    foreach ($item in @(Get-Tree -Folder $Folder)) {
        $relative = Get-RelativePath -Folder $Folder -Path $item.FullName
        if (-not $item.PSIsContainer -and $laid.ContainsKey($relative) -and -not $own.ContainsKey($relative)) {
            $relative
        }
    }
}

# Copies what is to be kept into this collection, before anything of the earlier one is touched. What fails stops the replacement later on,
# so that this collection is still whole.
function Copy-Kept {
    $earlier = Get-EarlierPath
    if (-not $earlier) {
        return
    }
    try {
        $reason = Get-ForeignReason -Folder $earlier
        if ($reason) {
            throw $reason
        }
        foreach ($relative in @(Get-KeptPaths -Folder $earlier)) {
            $from = Get-PathBelow -Folder $earlier -Relative $relative
            $to = Get-FullPath -Relative $relative
            if (Test-Path -LiteralPath $to) {
                throw "$relative is of this run too; move the one in $earlier away"
            }
            $script:Kept[$relative] = $true
            # All at once, as one list; nothing at all of an empty file.
            $bytes = [byte[]](Get-Content -LiteralPath $from -Encoding Byte -ReadCount 0 -ErrorAction Stop)
            if ($null -eq $bytes) {
                $bytes = [byte[]]@()
            }
            Write-Bytes -Path $to -Bytes $bytes -Always | Out-Null
            if ($relative -eq $PolicyName -or $relative -match '/collected\.json\z') {
                Write-Log -Server '' -Step 'keep' -Text "kept from ${earlier}: $relative"
            }
        }
    }
    catch {
        $script:KeptProblem = "what was laid into $earlier could not be kept: $_"
        Add-Problem -Step 'keep' -Server '' -Id '' -Message $KeptProblem
    }
}

# Why the earlier collection is not to be replaced: something in it that is to be kept is not in this one, byte by byte.
function Get-KeptDifference {
    $earlier = Get-EarlierPath
    if ($KeptProblem -or -not $earlier) {
        return $KeptProblem
    }
    foreach ($relative in @(Get-KeptPaths -Folder $earlier)) {
        $isSame = $Kept.ContainsKey($relative)
        if ($isSame) {
            $isSame = Test-SameFile -Path (Get-PathBelow -Folder $earlier -Relative $relative) -Other (Get-FullPath -Relative $relative)
        }
        if (-not $isSame) {
            return "$relative in $earlier was changed while this ran; run it again"
        }
    }
    return ''
}

function Test-SameFile {
    param([string]$Path, [string]$Other)
    if (-not (Test-Path -LiteralPath $Other)) {
        return $false
    }
    $sizes = @(@($Path, $Other) | ForEach-Object { (Get-Item -LiteralPath $_ -Force -ErrorAction Stop).Length })
    if ($sizes[0] -ne $sizes[1]) {
        return $false
    }
    if ($sizes[0] -eq 0) {
        return $true
    }
    $hash = Get-Sha256 -Path $Path
    return $hash -ne '' -and $hash -eq (Get-Sha256 -Path $Other)
}

# Why nothing can be written to the place that was asked for; an empty text where it can.
function Get-Obstacle {
    if (Test-Path -LiteralPath $Target) {
        $item = Get-Item -LiteralPath $Target -Force -ErrorAction Stop
        if (-not $item.PSIsContainer -or "$($item.Attributes)" -match 'ReparsePoint') {
            return "$Target is no folder; expected a folder, or a path where nothing is"
        }
        if (@(Get-ChildItem -LiteralPath $Target -Force -ErrorAction Stop).Count -gt 0) {
            if (-not $Replace) {
                return "$Target is not empty; expected an empty folder, or -Replace for an earlier collection"
            }
            $reason = Get-ForeignReason -Folder $Target
            if ($reason) {
                return $reason
            }
        }
    }
    if ($Replace -and (Test-Path -LiteralPath (Get-PreviousPath))) {
        $reason = Get-ForeignReason -Folder (Get-PreviousPath)
        if ($reason) {
            return $reason
        }
    }
    if ($Zip -and (Test-Path -LiteralPath "$Target.zip")) {
        return "$Target.zip is there already and is not overwritten; move it away"
    }
    return ''
}

# Why a folder is not to be replaced or deleted; an empty text where it is a collection and nothing else.
function Get-ForeignReason {
    param([string]$Folder)
    $item = Get-Item -LiteralPath $Folder -Force -ErrorAction Stop
    if (-not $item.PSIsContainer -or (Test-Link -Item $item)) {
        return "$Folder is no folder; move it away"
    }
    if (@(Get-ChildItem -LiteralPath $Folder -Force -ErrorAction Stop).Count -eq 0) {
        return ''
    }
    $files = Get-ManifestFiles -Folder $Folder
    if ($null -eq $files -and $Folder -eq (Get-PreviousPath)) {
        # A run that was stopped while it deleted leaves what was laid there, and no manifest.
        $files = @{}
    }
    if ($null -eq $files) {
        return "$Folder holds no collection of this script; move it away"
    }
    $foreign = Get-ForeignItem -Folder $Folder -Files $files
    if ($foreign) {
        return "$Folder holds $foreign, which this script did not write; move it away"
    }
    return ''
}

# Where an earlier collection is kept. Its name starts with a dot, so that a batch of lyncert leaves it aside.
function Get-PreviousPath {
    $name = Split-Path -Path $Target -Leaf
    return Join-Path -Path (Split-Path -Path $Target -Parent) -ChildPath ".$name.previous"
}

# Deletes the collection before the earlier one, file by file by its own manifest and those of the runs that were laid into it, and keeps
# the earlier one in its place. What was laid there and has nothing in its place in this collection is set aside, and so is a policy that is
# not the same as here.
function Replace-Collection {
    $previous = Get-PreviousPath
    Assert-BelowRoot -Path $previous -Base (Split-Path -Path $Target -Parent)
    if (Test-Path -LiteralPath $previous) {
        $files = Get-ManifestFiles -Folder $previous
        if ($null -eq $files) {
            $files = @{}
        }
        $laid = Get-LaidFiles -Folder $previous
        $staying = @()
        foreach ($relative in @($laid.Keys | Where-Object { -not $files.ContainsKey($_) })) {
            $path = Get-PathBelow -Folder $previous -Relative $relative
            if (-not (Test-Path -LiteralPath $path)) {
                continue
            }
            $here = Get-FullPath -Relative $laid[$relative]
            $isHere = Test-Path -LiteralPath $here
            if ($isHere -and $relative -eq $PolicyName) {
                $isHere = Test-SameFile -Path $path -Other $here
            }
            if ($isHere) {
                $files[$relative] = $true
            }
            else {
                $staying += $relative
            }
        }
        # Each manifest after what it names: a run that is stopped in between finds it, and goes on from there.
        $plain = @($files.Keys | Where-Object { $_ -notmatch '(\A|/)collected\.json\z' })
        $manifests = @($files.Keys | Where-Object { $_ -match '(\A|/)collected\.json\z' } | Sort-Object -Property 'Length' -Descending)
        foreach ($relative in $plain + $manifests) {
            $path = Get-PathBelow -Folder $previous -Relative $relative
            Assert-BelowRoot -Path $path -Base $previous
            if (Test-Path -LiteralPath $path) {
                Remove-Item -LiteralPath $path -Force -Confirm:$false -ErrorAction Stop
            }
        }
        $folders = @(Get-Tree -Folder $previous | Where-Object { $_.PSIsContainer })
        $paths = @($folders | ForEach-Object { $_.FullName } | Sort-Object -Property 'Length' -Descending) + @($previous)
        foreach ($path in $paths) {
            if (@(Get-ChildItem -LiteralPath $path -Force -ErrorAction Stop).Count -eq 0) {
                Remove-Item -LiteralPath $path -Force -Confirm:$false -ErrorAction Stop
            }
            elseif ($staying.Count -eq 0) {
                throw "$path is not empty; it was kept"
            }
        }
        if ($staying.Count -gt 0) {
            $aside = ".$(Split-Path -Path $Target -Leaf).kept-$((Get-UtcNow) -replace '[-:]', '')"
            Rename-Item -Path $previous -NewName $aside -ErrorAction Stop
            Write-Warning -Message "what was laid into an earlier collection and is not in this one is kept in ${aside}: $($staying[0])"
        }
    }
    Rename-Item -Path $Target -NewName (Split-Path -Path $previous -Leaf) -ErrorAction Stop
}

# Gives the finished folder its own name, and packs it where that was asked for.
function Complete-Collection {
    Assert-BelowRoot -Path $Target -Base (Split-Path -Path $Target -Parent)
    $hasPrevious = $false
    $reason = Get-KeptDifference
    if ($reason) {
        throw $reason
    }
    if (Test-Path -LiteralPath $Target) {
        if (@(Get-ChildItem -LiteralPath $Target -Force -ErrorAction Stop).Count -eq 0) {
            Remove-Item -LiteralPath $Target -Confirm:$false -ErrorAction Stop
        }
        else {
            $reason = Get-Obstacle
            if ($reason) {
                throw $reason
            }
            Replace-Collection
            $hasPrevious = $true
        }
    }
    try {
        Rename-Item -Path $Root -NewName (Split-Path -Path $Target -Leaf) -ErrorAction Stop
    }
    catch {
        $problem = $_
        if ($hasPrevious) {
            Rename-Item -Path (Get-PreviousPath) -NewName (Split-Path -Path $Target -Leaf) -ErrorAction Continue
        }
        throw $problem
    }
    if ($Zip) {
        try {
            Compress-Archive -LiteralPath $Target -DestinationPath "$Target.zip" -ErrorAction Stop
        }
        catch {
            $script:ExitCode = 4
            Write-Warning -Message "there is no ZIP (PowerShell packs from 5.0 on): $_"
        }
    }
}

# ---------------------------------------------------------------------------------------------------------------------------------
# This computer
# ---------------------------------------------------------------------------------------------------------------------------------

# The module of the product; an empty text where there is none.
function Import-Product {
    foreach ($name in @('SkypeForBusiness', 'Lync')) {
        try {
            Import-Module -Name $name -ErrorAction Stop -WarningAction SilentlyContinue -Verbose:$false | Out-Null
            return $name
        }
        catch {
            Write-Log -Server '' -Step 'module' -Text "$name : $_"
        }
    }
    return ''
}

# The full name of this computer, without DNS; as the topology names it, where the product knows that.
function Get-OwnName {
    param([string]$Module)
    $name = ''
    try {
        $name = "$(Invoke-Command -ScriptBlock $NameBlock)".Trim()
    }
    catch {
        Write-Log -Server '' -Step 'own-name' -Text "error $_"
    }
    if (-not $name) {
        $name = "$env:COMPUTERNAME"
    }
    if ($Module) {
        $failures = @()
        $found = @()
        try {
            $found = @(Get-CsComputer -Local -ErrorAction Continue -ErrorVariable failures)
        }
        catch {
            Write-Log -Server '' -Step 'own-name' -Text "Get-CsComputer -Local: $_"
        }
        foreach ($failure in @($failures)) {
            Write-Log -Server '' -Step 'own-name' -Text "Get-CsComputer -Local: $failure"
        }
        foreach ($computer in $found) {
            if ($null -eq $computer) {
                continue
            }
            $known = $computer | Select-Object -Property 'Fqdn', 'Identity'
            $told = "$($known.Fqdn)".Trim()
            if (-not $told) {
                $told = "$($known.Identity)".Trim()
            }
            if ($told -and ($told -split '\.')[0] -eq ($name -split '\.')[0]) {
                return $told
            }
        }
    }
    return $name
}

# What the manifest says of this computer. The user's name is not recorded.
function Get-Environment {
    param([string]$Computer)
    $isElevated = $null
    try {
        $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
        $principal = New-Object System.Security.Principal.WindowsPrincipal -ArgumentList $identity
        $isElevated = [bool]$principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    }
    catch {
        Write-Log -Server '' -Step 'elevated' -Text "cannot be told: $_"
    }
    $system = ''
    try {
        $key = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
        $known = Get-ItemProperty -LiteralPath $key -ErrorAction Stop
        $known = $known | Select-Object -Property 'ProductName', 'CurrentVersion', 'CurrentBuild'
        $system = "$($known.ProductName) $($known.CurrentVersion) build $($known.CurrentBuild)"
    }
    catch {
        Write-Log -Server '' -Step 'os' -Text "cannot be told: $_"
    }
    $properties = @{ computer = $Computer; elevated = $isElevated; powershell = "$($PSVersionTable.PSVersion)"; os = $system }
    $properties.culture = "$PSCulture"
    $properties.language_mode = "$($ExecutionContext.SessionState.LanguageMode)"
    New-Ordered -Names @('computer', 'elevated', 'powershell', 'os', 'culture', 'language_mode') -Properties $properties
}

# ---------------------------------------------------------------------------------------------------------------------------------
# The topology
# ---------------------------------------------------------------------------------------------------------------------------------

# The topology as text, from the central store or from this computer's copy of it.
function Read-Topology {
    param([bool]$FromReplica)
    $failures = @()
    $answer = @()
    try {
        if ($FromReplica) {
            $answer = @(Get-CsTopology -AsXml -LocalStore -ErrorAction Continue -ErrorVariable failures)
        }
        else {
            $answer = @(Get-CsTopology -AsXml -ErrorAction Continue -ErrorVariable failures)
        }
    }
    catch {
        $failures = @($failures) + @($_)
    }
    $texts = @()
    foreach ($part in $answer) {
        if ($null -eq $part) {
            continue
        }
        if ($part -is [string]) {
            $texts += $part
            continue
        }
        $text = $part.ToString()
        if ($text -notmatch '\A\s*<') {
            $outer = $part | Select-Object -Property 'OuterXml'
            if ($outer.OuterXml) {
                $text = "$($outer.OuterXml)" -replace '\A\s*<\?xml[^>]*\?>', ''
            }
        }
        $texts += $text
        Write-Log -Server '' -Step 'topology' -Text "Get-CsTopology -AsXml gives $(Get-TypeName -Value $part)"
    }
    $text = ($texts -join "`r`n").Trim().TrimStart([char]0xFEFF)
    if ($text -cmatch '\A<Topology[\s>]' -and $text -cmatch '</Topology>\z') {
        return @{ Text = $text; Message = '' }
    }
    $message = 'Get-CsTopology -AsXml gave no topology'
    $all = @($failures | Where-Object { $null -ne $_ })
    if ($all.Count -gt 0) {
        $failure = Get-Failure -Failure $all[0]
        $message = "$($failure.Id) $($failure.Message)".Trim()
    }
    return @{ Text = ''; Message = $message }
}

function Get-TypeName {
    param($Value)
    try {
        return "$(@($Value.PSObject.TypeNames)[0])"
    }
    catch {
        return 'an object of a type that cannot be told'
    }
}

# The topology, wherever it can be had: from the central store, else from the replica.
function Get-Topology {
    param([bool]$OnlyReplica)
    $message = ''
    if (-not $OnlyReplica) {
        $read = Read-Topology -FromReplica $false
        if ($read.Text) {
            return @{ Status = 'complete'; Source = 'store'; Text = $read.Text; Message = '' }
        }
        $message = $read.Message
        Add-Problem -Step 'topology' -Server '' -Id 'store' -Message $message
    }
    $read = Read-Topology -FromReplica $true
    if ($read.Text) {
        return @{ Status = 'complete'; Source = 'replica'; Text = $read.Text; Message = $message }
    }
    if (-not $OnlyReplica) {
        Add-Problem -Step 'topology' -Server '' -Id 'replica' -Message $read.Message
    }
    else {
        $message = $read.Message
    }
    return @{ Status = 'failed'; Source = 'none'; Text = ''; Message = $message }
}

# The clusters that a service of this role is installed on, as site and number.
function Get-ClusterKeys {
    param($Document, [string]$Role)
    $service = "//*[local-name()='Service'][*[local-name()='ServiceId'][@RoleName='$Role']]"
    foreach ($element in $Document.SelectNodes("$service/*[local-name()='InstalledOn']/*[local-name()='ClusterId']")) {
        $id = $element | Select-Object -Property 'SiteId', 'Number'
        "$($id.SiteId):$($id.Number)"
    }
}

# The servers that the product is set up on, and those of Office Web Apps farms.
function Get-TopologyServers {
    param($Document)
    $edges = @(Get-ClusterKeys -Document $Document -Role 'EdgeServer')
    $farms = @(Get-ClusterKeys -Document $Document -Role 'WacService')
    $known = @{}
    foreach ($element in $Document.SelectNodes("//*[local-name()='Cluster']")) {
        $cluster = $element | Select-Object -Property 'RequiresSetup', 'ClusterId', 'Machine'
        $key = ''
        if ($null -ne $cluster.ClusterId) {
            $id = $cluster.ClusterId | Select-Object -Property 'SiteId', 'Number'
            $key = "$($id.SiteId):$($id.Number)"
        }
        $isProduct = "$($cluster.RequiresSetup)" -eq 'true'
        $isFarm = $farms -contains $key
        if (-not $isProduct -and -not $isFarm) {
            continue
        }
        foreach ($machine in @($cluster.Machine)) {
            if ($null -eq $machine) {
                continue
            }
            $parts = $machine | Select-Object -Property 'Fqdn', 'NetInterface'
            $name = "$($parts.Fqdn)".Trim()
            if (-not $name -or $known.ContainsKey($name.ToLowerInvariant())) {
                continue
            }
            $known[$name.ToLowerInvariant()] = $true
            $isEdge = $edges -contains $key
            foreach ($interface in @($parts.NetInterface)) {
                if ($null -ne $interface) {
                    $side = $interface | Select-Object -Property 'InterfaceSide'
                    if ("$($side.InterfaceSide)" -eq 'Internal') {
                        $isEdge = $true
                    }
                }
            }
            New-Entry -Fqdn $name -IsEdge $isEdge -IsFarm (-not $isProduct)
        }
    }
}

# What is known of a server; it is filled in as the run goes on.
function New-Entry {
    param([string]$Fqdn, [bool]$IsEdge, [bool]$IsFarm)
    return @{
        Fqdn = $Fqdn
        Folder = Get-FolderName -Name $Fqdn
        IsEdge = $IsEdge
        IsFarm = $IsFarm
        Session = $null
        Status = ''
        Reason = ''
        Message = ''
        Via = ''
        Offset = $null
        Module = ''
        Assigned = $null
        Stores = @()
        KeyFacts = $null
        Bindings = $null
        Thumbprints = @()
    }
}

# A name as a folder: letters, digits, dots, hyphens and underscores, and none of the devices of Windows.
function Get-FolderName {
    param([string]$Name)
    $folder = $Name.Trim().ToLowerInvariant() -creplace '[^a-z0-9._-]', '_'
    $folder = $folder.TrimEnd('.')
    if ($folder -match '\A(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\z)' -or $folder -match '\A\.' -or -not $folder) {
        $folder = "_$folder"
    }
    return $folder
}

# ---------------------------------------------------------------------------------------------------------------------------------
# What is set in the central store. Each call by itself: one that is refused says nothing of the others.
# ---------------------------------------------------------------------------------------------------------------------------------

# Notes how a call went, and gives whether its answer counts.
function Add-FactRow {
    param($Collected, [string]$Name, $Failures, [int]$Count)
    $all = @($Failures | Where-Object { $null -ne $_ })
    $status = 'complete'
    $message = $null
    if ($all.Count -gt 0) {
        $failure = Get-Failure -Failure $all[0]
        $status = 'failed'
        if ($Count -gt 0) {
            $status = 'partial'
        }
        # A command, or a parameter, that an older version does not have: there is nothing to ask.
        if (@('CommandNotFoundException', 'NamedParameterNotFound') -contains $failure.Id) {
            $status = 'no-command'
        }
        $message = ConvertTo-Line -Text $failure.Message
        Add-Problem -Step $Name -Server '' -Id $failure.Id -Message $failure.Message
    }
    $row = New-Ordered -Names @('name', 'status', 'message') -Properties @{ name = $Name; status = $status; message = $message }
    $Collected.Rows = @($Collected.Rows) + $row
    return ($status -eq 'complete' -or $status -eq 'partial')
}

function Read-SimpleUrls {
    param($Collected)
    $failures = @()
    $found = @()
    try {
        $found = @(Get-CsSimpleUrlConfiguration -ErrorAction Continue -ErrorVariable failures)
    }
    catch {
        $failures = @($failures) + @($_)
    }
    if (-not (Add-FactRow -Collected $Collected -Name 'simple_urls' -Failures $failures -Count $found.Count)) {
        return
    }
    $rows = @()
    foreach ($configuration in $found) {
        $known = $configuration | Select-Object -Property 'Identity', 'SimpleUrl'
        $scope = 'global'
        $site = $null
        if ("$($known.Identity)" -match '\ASite:(.+)\z') {
            $scope = 'site'
            $site = $matches[1].Trim()
        }
        foreach ($url in @($known.SimpleUrl)) {
            if ($null -eq $url) {
                continue
            }
            $one = $url | Select-Object -Property 'Component', 'Domain', 'ActiveUrl', 'SimpleUrlEntry'
            $urls = @()
            foreach ($entry in @($one.SimpleUrlEntry)) {
                if ($null -ne $entry) {
                    $part = $entry | Select-Object -Property 'Url'
                    if ("$($part.Url)") {
                        $urls += "$($part.Url)"
                    }
                }
            }
            $properties = @{ scope = $scope; site = $site; component = "$($one.Component)"; domain = "$($one.Domain)" }
            $properties.active_url = Get-TextOrNull -Text "$($one.ActiveUrl)"
            $properties.urls = @($urls)
            $rows += New-Ordered -Names @('scope', 'site', 'component', 'domain', 'active_url', 'urls') -Properties $properties
        }
    }
    $Collected.SimpleUrls = @($rows)
}

function Read-AccessEdge {
    param($Collected)
    $failures = @()
    $found = @()
    try {
        $found = @(Get-CsAccessEdgeConfiguration -ErrorAction Continue -ErrorVariable failures)
    }
    catch {
        $failures = @($failures) + @($_)
    }
    if (-not (Add-FactRow -Collected $Collected -Name 'access_edge' -Failures $failures -Count $found.Count)) {
        return
    }
    foreach ($one in $found) {
        if ($null -eq $one) {
            continue
        }
        $known = $one | Select-Object -Property 'AllowOutsideUsers', 'AllowFederatedUsers', 'AllowAnonymousUsers', 'RoutingMethod'
        $properties = @{ routing_method = Get-TextOrNull -Text "$($known.RoutingMethod)" }
        $properties.allow_outside_users = Get-FlagOrNull -Value $known.AllowOutsideUsers
        $properties.allow_federated_users = Get-FlagOrNull -Value $known.AllowFederatedUsers
        $properties.allow_anonymous_users = Get-FlagOrNull -Value $known.AllowAnonymousUsers
        $names = @('allow_outside_users', 'allow_federated_users', 'allow_anonymous_users', 'routing_method')
        $Collected.AccessEdge = New-Ordered -Names $names -Properties $properties
        return
    }
}

# A flag, or null where there is none.
function Get-FlagOrNull {
    param($Value)
    if ($null -eq $Value) {
        return $null
    }
    return ("$Value" -eq 'True')
}

function Read-PublicProviders {
    param($Collected)
    $failures = @()
    $found = @()
    try {
        $found = @(Get-CsPublicProvider -ErrorAction Continue -ErrorVariable failures)
    }
    catch {
        $failures = @($failures) + @($_)
    }
    if (-not (Add-FactRow -Collected $Collected -Name 'public_providers' -Failures $failures -Count $found.Count)) {
        return
    }
    $rows = @()
    foreach ($one in $found) {
        if ($null -ne $one) {
            $known = $one | Select-Object -Property 'Identity', 'Enabled'
            $properties = @{ name = "$($known.Identity)"; enabled = Get-FlagOrNull -Value $known.Enabled }
            $rows += New-Ordered -Names @('name', 'enabled') -Properties $properties
        }
    }
    $Collected.PublicProviders = @($rows)
}

function Read-HostingProviders {
    param($Collected)
    $failures = @()
    $found = @()
    try {
        $found = @(Get-CsHostingProvider -ErrorAction Continue -ErrorVariable failures)
    }
    catch {
        $failures = @($failures) + @($_)
    }
    if (-not (Add-FactRow -Collected $Collected -Name 'hosting_providers' -Failures $failures -Count $found.Count)) {
        return
    }
    $rows = @()
    foreach ($one in $found) {
        if ($null -ne $one) {
            $known = $one | Select-Object -Property 'Identity', 'Enabled', 'EnabledSharedAddressSpace', 'HostsOCSUsers', 'IsLocal'
            $properties = @{ name = "$($known.Identity)"; enabled = Get-FlagOrNull -Value $known.Enabled }
            $properties.enabled_shared_address_space = Get-FlagOrNull -Value $known.EnabledSharedAddressSpace
            $properties.hosts_ocs_users = Get-FlagOrNull -Value $known.HostsOCSUsers
            $properties.is_local = Get-FlagOrNull -Value $known.IsLocal
            $names = @('name', 'enabled', 'enabled_shared_address_space', 'hosts_ocs_users', 'is_local')
            $rows += New-Ordered -Names $names -Properties $properties
        }
    }
    $Collected.HostingProviders = @($rows)
}

# How many partners there are, and none of them.
function Read-XmppPartners {
    param($Collected)
    $failures = @()
    $found = @()
    try {
        $found = @(Get-CsXmppAllowedPartner -ErrorAction Continue -ErrorVariable failures)
    }
    catch {
        $failures = @($failures) + @($_)
    }
    if (Add-FactRow -Collected $Collected -Name 'xmpp_partners' -Failures $failures -Count $found.Count) {
        $Collected.XmppPartners = [int]@($found | Where-Object { $null -ne $_ }).Count
    }
}

# The certificate for OAuth, which is assigned for the whole deployment.
function Read-OAuth {
    param($Collected)
    $failures = @()
    $found = @()
    try {
        $found = @(Get-CsCertificate -Identity 'global' -ErrorAction Continue -ErrorVariable failures)
    }
    catch {
        $failures = @($failures) + @($_)
    }
    if (Add-FactRow -Collected $Collected -Name 'oauth' -Failures $failures -Count $found.Count) {
        $Collected.OAuth = @($found | Where-Object { $null -ne $_ })
    }
}

# What a cmdlet says of an assigned certificate, as the server's own block makes it of the others.
function Get-OAuthRecords {
    param($References)
    foreach ($reference in @($References)) {
        $names = @('Use', 'Subject', 'Issuer', 'SerialNumber', 'Thumbprint', 'PreviousThumbprint', 'SourceScope', 'AlternativeNames')
        $times = @('NotBefore', 'NotAfter', 'EffectiveDate', 'UpdateTime')
        $known = $reference | Select-Object -Property ($names + $times)
        foreach ($time in $times) {
            $value = $known.$time
            if ($value -is [datetime]) {
                $known.$time = $value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $Invariant)
            }
        }
        $known
    }
}

# ---------------------------------------------------------------------------------------------------------------------------------
# Servers
# ---------------------------------------------------------------------------------------------------------------------------------

# A server that was not asked, or did not answer.
function Set-NotCollected {
    param($Entry, [string]$Status, [string]$Reason, [string]$Message)
    $Entry.Status = $Status
    $Entry.Reason = $Reason
    $Entry.Message = ConvertTo-Line -Text $Message
    Write-Log -Server $Entry.Fqdn -Step $Status -Text "$Reason $Message"
}

# Why a server did not answer: the identifier of the first error, which no language changes.
function Set-NotReached {
    param($Entry, $Failures)
    $all = @($Failures | Where-Object { $null -ne $_ })
    $reason = 'unknown'
    $message = 'no error was told'
    if ($all.Count -gt 0) {
        $failure = Get-Failure -Failure $all[0]
        $message = $failure.Message
        if ($failure.Id) {
            $reason = $failure.Id
        }
    }
    if ($reason -match 'ScriptsNotAllowed|LanguageMode|NoLanguage') {
        $reason = 'language-mode'
    }
    if ($message -match '0x80090322') {
        $message = "$message (the web services of this name may have an account of their own: run with -LocalOnly there, or give -Session)"
    }
    Set-NotCollected -Entry $Entry -Status 'not-reached' -Reason $reason -Message $message
    Add-Problem -Step 'remoting' -Server $Entry.Fqdn -Id $reason -Message $message
}

# Who is asked how: this computer in-process, the others by a session of the administrator's or one of its own.
function Select-Servers {
    param($Entries, [string]$Own)
    $sessions = Get-SessionTable -Entries $Entries
    $count = 0
    foreach ($entry in $Entries) {
        $name = $entry.Fqdn
        $key = $name.ToLowerInvariant()
        if ($entry.IsFarm -and -not $OfficeWebApps) {
            Set-NotCollected -Entry $entry -Status 'skipped' -Reason 'not-asked' -Message 'Office Web Apps Servers are collected with -OfficeWebApps'
        }
        elseif ($Asked.Count -gt 0 -and $Asked -notcontains $name) {
            Set-NotCollected -Entry $entry -Status 'skipped' -Reason 'not-asked' -Message 'not among -ComputerName'
        }
        elseif ($Excluded -contains $name) {
            Set-NotCollected -Entry $entry -Status 'skipped' -Reason 'excluded' -Message 'among -ExcludeComputer'
        }
        elseif ($count -ge $MaxServers) {
            Set-NotCollected -Entry $entry -Status 'skipped' -Reason 'limit' -Message "a run collects $MaxServers servers"
        }
        elseif ($key -eq $Own.ToLowerInvariant()) {
            $entry.Via = 'local'
            $count += 1
        }
        elseif ($sessions.ContainsKey($key)) {
            $entry.Session = $sessions[$key]
            $entry.Via = 'session'
            $count += 1
        }
        elseif ($entry.IsEdge -and -not $IncludeEdge) {
            $message = 'run this script there with -LocalOnly, and put that folder below certs'
            Set-NotCollected -Entry $entry -Status 'skipped' -Reason 'edge-local-run' -Message $message
        }
        else {
            $entry.Via = 'remoting'
            $count += 1
        }
    }
}

# The administrator's sessions by the server that each is of: by the name it was opened with, else by what the computer says.
function Get-SessionTable {
    param($Entries)
    $table = @{}
    $names = @{}
    foreach ($entry in $Entries) {
        $names[$entry.Fqdn.ToLowerInvariant()] = $true
    }
    foreach ($one in @($Session)) {
        if ($null -eq $one) {
            continue
        }
        $name = "$($one.ComputerName)".Trim().ToLowerInvariant()
        if (-not $names.ContainsKey($name) -and -not $WhatIf) {
            $script:Contacted = @($Contacted) + $name
            $told = Get-NameBySession -Session $one
            if ($told) {
                $name = $told.ToLowerInvariant()
            }
        }
        if ($names.ContainsKey($name)) {
            $table[$name] = $one
        }
        else {
            $text = "the session to $name is of no server of the topology"
            Write-Warning -Message $text
            Add-Problem -Step 'session' -Server $name -Id 'unknown-session' -Message $text
        }
    }
    return $table
}

function Get-NameBySession {
    param($Session)
    $job = $null
    $name = ''
    try {
        $job = Invoke-Command -Session $Session -ScriptBlock $NameBlock -AsJob -ErrorAction Stop
        Wait-Job -Job $job -Timeout 30 | Out-Null
        $name = "$(@(Receive-Job -Job $job -ErrorAction SilentlyContinue)[0])".Trim()
    }
    catch {
        Write-Log -Server "$($Session.ComputerName)" -Step 'session' -Text "error $_"
    }
    if ($null -ne $job) {
        Stop-Job -Job $job -ErrorAction SilentlyContinue
        Remove-Job -Job $job -Force -ErrorAction SilentlyContinue
    }
    return $name
}

# Collects this computer, in-process.
function Invoke-Local {
    param($Entry, [bool]$WithFarm)
    Write-Log -Server $Entry.Fqdn -Step 'collect' -Text 'local'
    $records = @()
    $launched = [datetime]::UtcNow.Ticks
    try {
        $records = @(Invoke-Command -ScriptBlock $ServerBlock -ArgumentList $WithKeys, $WithFarm, $MaxCertificates)
    }
    catch {
        $failure = Get-Failure -Failure $_
        Add-Problem -Step 'collect' -Server $Entry.Fqdn -Id $failure.Id -Message $failure.Message
    }
    Save-Server -Entry $Entry -Records $records -Launched $launched -Failures @()
}

# Collects the others, so many at once. What a job does not end in time gives what it has.
function Invoke-Remote {
    param($Entries)
    $queue = @($Entries)
    $next = 0
    $running = @()
    try {
        while ($next -lt $queue.Count -or $running.Count -gt 0) {
            while ($next -lt $queue.Count -and $running.Count -lt $ThrottleLimit) {
                $started = Start-Server -Entry $queue[$next]
                $next += 1
                if ($null -ne $started) {
                    $running += $started
                }
            }
            if ($running.Count -eq 0) {
                continue
            }
            $jobs = @($running | ForEach-Object { $_.Job })
            Wait-Job -Job $jobs -Any -Timeout 2 -ErrorAction SilentlyContinue | Out-Null
            $still = @()
            foreach ($one in $running) {
                $state = "$($one.Job.State)"
                $isBusy = $state -eq 'Running' -or $state -eq 'NotStarted'
                if ($isBusy -and [datetime]::UtcNow.Ticks -lt $one.Deadline) {
                    $still += $one
                    continue
                }
                # A blocked job waits for an answer that nobody gives.
                Stop-Server -Running $one -IsLate ($isBusy -or $state -eq 'Blocked')
            }
            $running = @($still)
        }
    }
    finally {
        # Where somebody stops the run, no session of its own stays open.
        foreach ($one in $running) {
            Stop-Job -Job $one.Job -ErrorAction SilentlyContinue
            Remove-Job -Job $one.Job -Force -ErrorAction SilentlyContinue
            if ($one.IsOwn) {
                Remove-PSSession -Session $one.Opened -ErrorAction SilentlyContinue
            }
        }
    }
}

# Opens a session where none is given, and starts the block; nothing where the server does not answer.
function Start-Server {
    param($Entry)
    Write-Log -Server $Entry.Fqdn -Step 'collect' -Text $Entry.Via
    $script:Contacted = @($Contacted) + $Entry.Fqdn
    $opened = $Entry.Session
    $isOwn = $false
    if ($null -eq $opened) {
        $failures = @()
        try {
            $options = New-PSSessionOption -OpenTimeout 15000 -CancelTimeout 15000 -NoMachineProfile
            $opened = New-PSSession -ComputerName $Entry.Fqdn -SessionOption $options -ErrorAction SilentlyContinue -ErrorVariable failures
        }
        catch {
            $failures = @($failures) + @($_)
        }
        if ($null -eq $opened) {
            Set-NotReached -Entry $Entry -Failures $failures
            return $null
        }
        $isOwn = $true
    }
    try {
        $withFarm = [bool]($OfficeWebApps -and $Entry.IsFarm)
        $launched = [datetime]::UtcNow.Ticks
        $job = Invoke-Command -Session $opened -ScriptBlock $ServerBlock -ArgumentList $WithKeys, $withFarm, $MaxCertificates -AsJob -ErrorAction Stop
    }
    catch {
        Set-NotReached -Entry $Entry -Failures @($_)
        if ($isOwn) {
            Remove-PSSession -Session $opened -ErrorAction SilentlyContinue
        }
        return $null
    }
    $deadline = $launched + [long]$TimeoutSeconds * 10000000
    return @{ Entry = $Entry; Job = $job; Opened = $opened; IsOwn = $isOwn; Launched = $launched; Deadline = $deadline }
}

# Takes what a job gave, and removes the job and the session if it is its own.
function Stop-Server {
    param($Running, [bool]$IsLate)
    $records = @()
    $failures = @()
    try {
        $records = @(Receive-Job -Job $Running.Job -ErrorAction SilentlyContinue -ErrorVariable failures)
    }
    catch {
        $failures = @($failures) + @($_)
    }
    $failures = @($failures)
    if ($IsLate) {
        $failures = @("not done after $TimeoutSeconds seconds") + $failures
        Stop-Job -Job $Running.Job -ErrorAction SilentlyContinue
    }
    Remove-Job -Job $Running.Job -Force -ErrorAction SilentlyContinue
    if ($Running.IsOwn) {
        Remove-PSSession -Session $Running.Opened -ErrorAction SilentlyContinue
    }
    Save-Server -Entry $Running.Entry -Records $records -Launched $Running.Launched -Failures $failures
    if ($IsLate -and $Running.Entry.Status -ne 'collected') {
        $Running.Entry.Reason = 'timeout'
    }
}

# Files and rows of what a server gave.
function Save-Server {
    param($Entry, $Records, [long]$Launched, $Failures)
    $stores = @{ My = @(); CA = @(); Root = @() }
    $kept = @{ Assigned = @(); AssignedErrors = @(); Bindings = @(); Farms = @(); Serialized = $null; HasStart = $false; HasEnd = $false }
    foreach ($record in @($Records)) {
        if ($null -eq $record) {
            continue
        }
        try {
            Add-Record -Entry $Entry -Record $record -Stores $stores -Kept $kept -Launched $Launched
        }
        catch {
            Add-Problem -Step 'collect' -Server $Entry.Fqdn -Id 'unknown-object' -Message "$_"
        }
    }
    if (-not $kept.HasStart) {
        Set-NotReached -Entry $Entry -Failures $Failures
        return
    }
    foreach ($failure in @($Failures)) {
        if ($null -ne $failure) {
            $told = Get-Failure -Failure $failure
            # What Get-CsCertificate said comes both ways.
            if ($kept.AssignedErrors -notcontains (ConvertTo-Line -Text $told.Message)) {
                Add-Problem -Step 'collect' -Server $Entry.Fqdn -Id $told.Id -Message $told.Message
            }
        }
    }
    $isWritten = $true
    try {
        $isWritten = Save-Files -Entry $Entry -Stores $stores -Kept $kept
    }
    catch {
        $isWritten = $false
        Add-Problem -Step 'write' -Server $Entry.Fqdn -Id 'write' -Message "$_"
    }
    $reason = ''
    if (-not $isWritten) {
        $reason = 'not-written'
    }
    elseif (-not $kept.HasEnd) {
        $reason = 'cut-off'
    }
    elseif ($null -eq $Entry.Assigned) {
        $reason = 'assigned-unknown'
    }
    elseif ($Entry.Assigned.status -eq 'no-module') {
        # On a computer that the product is not set up on there is nothing to ask.
        if (-not $Entry.IsFarm -and -not $LocalOnly) {
            $reason = 'no-module'
        }
    }
    elseif ($Entry.Assigned.status -ne 'complete') {
        $reason = "assigned-$($Entry.Assigned.status)"
    }
    foreach ($store in @($Entry.Stores)) {
        if (-not $reason -and $store.status -ne 'complete') {
            $reason = "store-$($store.status)"
        }
    }
    if (-not $reason -and ($null -eq $Entry.Bindings -or $Entry.Bindings.status -ne 'complete')) {
        $reason = 'bindings'
    }
    if (-not $reason -and $OfficeWebApps -and ($Entry.IsFarm -or $LocalOnly) -and @($kept.Farms).Count -eq 0) {
        $reason = 'office-web-apps'
    }
    if (-not $reason -and $null -ne $Entry.KeyFacts -and $Entry.KeyFacts.status -eq 'partial') {
        $reason = 'key-facts'
    }
    $Entry.Reason = $reason
    $Entry.Status = 'collected'
    if ($reason) {
        $Entry.Status = 'partial'
    }
    Write-Log -Server $Entry.Fqdn -Step $Entry.Status -Text $reason
}

# Puts one flat object of a server to the others of its kind.
function Add-Record {
    param($Entry, $Record, $Stores, $Kept, [long]$Launched)
    $kind = "$($Record.Kind)"
    if ($kind -eq 'certificate') {
        $name = "$($Record.Store)"
        $Stores[$name] = @($Stores[$name]) + $Record
    }
    elseif ($kind -eq 'store') {
        $properties = @{ name = "$($Record.Store)"; status = "$($Record.Status)"; count = [int]$Record.Count }
        $Entry.Stores = @($Entry.Stores) + (New-Ordered -Names @('name', 'status', 'count') -Properties $properties)
        if ("$($Record.Store)" -eq 'My' -and $WithKeys) {
            $status = 'complete'
            if ([int]$Record.Opened -lt [int]$Record.Keys) {
                $status = 'partial'
            }
            $Entry.KeyFacts = New-Ordered -Names @('status', 'count') -Properties @{ status = $status; count = [int]$Record.Opened }
        }
    }
    elseif ($kind -eq 'assigned') {
        $Kept.Assigned = @($Kept.Assigned) + $Record
    }
    elseif ($kind -eq 'assigned-error') {
        $Kept.AssignedErrors = @($Kept.AssignedErrors) + (ConvertTo-Line -Text "$($Record.Message)")
        Add-Problem -Step 'Get-CsCertificate' -Server $Entry.Fqdn -Id "$($Record.Id)" -Message "$($Record.Message)"
    }
    elseif ($kind -eq 'assigned-list') {
        $properties = @{ status = "$($Record.Status)"; count = [int]$Record.Count; errors = @($Kept.AssignedErrors) }
        $Entry.Assigned = New-Ordered -Names @('status', 'count', 'errors') -Properties $properties
        $Entry.Module = "$($Record.Module)"
        Write-Log -Server $Entry.Fqdn -Step 'module' -Text "$($Record.Module) $($Record.Version) $($Record.Message)"
    }
    elseif ($kind -eq 'binding') {
        $Kept.Bindings = @($Kept.Bindings) + $Record
    }
    elseif ($kind -eq 'bindings') {
        $properties = @{ status = "$($Record.Status)"; count = [int]$Record.Count }
        $Entry.Bindings = New-Ordered -Names @('status', 'count') -Properties $properties
    }
    elseif ($kind -eq 'serialized') {
        $Kept.Serialized = [byte[]]$Record.Bytes
    }
    elseif ($kind -eq 'farm') {
        $Kept.Farms = @($Kept.Farms) + $Record
    }
    elseif ($kind -eq 'error') {
        $id = ("$($Record.Id)" -split ',')[0]
        Add-Problem -Step "$($Record.Step)" -Server $Entry.Fqdn -Id $id -Message "$($Record.Message)"
    }
    elseif ($kind -eq 'start') {
        $Kept.HasStart = $true
        $Entry.Offset = [int](([long]$Record.Ticks - $Launched) / 10000000)
        Write-Log -Server $Entry.Fqdn -Step 'start' -Text "PowerShell $($Record.PowerShell), $($Record.LanguageMode)"
    }
    elseif ($kind -eq 'end') {
        $Kept.HasEnd = $true
    }
}

# The files of a server; whether all of them could be written.
function Save-Files {
    param($Entry, $Stores, $Kept)
    $isWritten = $true
    $folder = "certs/$($Entry.Folder)"
    $assigned = @($Kept.Assigned | Where-Object { $null -ne $_ } | Sort-Object -Property 'Use', 'Thumbprint')
    if ($assigned.Count -gt 0) {
        $isWritten = Save-Assigned -Path "$folder/assigned.xml" -Records $assigned -Computer $Entry.Fqdn
        if ($Crl) {
            $Entry.Thumbprints = @($assigned | ForEach-Object { "$($_.Thumbprint)".ToUpperInvariant() })
        }
    }
    foreach ($name in @('My', 'CA', 'Root')) {
        $certificates = @($Stores[$name] | Where-Object { $null -ne $_ } | Sort-Object -Property 'Thumbprint')
        if ($certificates.Count -gt 0 -and -not (Save-Store -Folder "$folder/LocalMachine" -Name $name -Certificates $certificates)) {
            $isWritten = $false
        }
        if ($Crl) {
            foreach ($certificate in $certificates) {
                $Pool["$($certificate.Thumbprint)".ToUpperInvariant()] = [byte[]]$certificate.RawData
            }
        }
    }
    if ($null -ne $Kept.Serialized) {
        Write-Log -Server $Entry.Fqdn -Step 'serialized store My' -Text "$($Kept.Serialized.Length) bytes"
        if (-not (Write-Bytes -Path (Get-FullPath -Relative "$folder/LocalMachine/My.sst") -Bytes $Kept.Serialized)) {
            $isWritten = $false
        }
    }
    $bindings = @($Kept.Bindings | Where-Object { $null -ne $_ } | Sort-Object -Property 'Endpoint', 'Name')
    if ($bindings.Count -gt 0) {
        $rows = @()
        foreach ($binding in $bindings) {
            $properties = @{ endpoint = "$($binding.Endpoint)"; sni = Get-TextOrNull -Text "$($binding.Name)" }
            $properties.store = Get-TextOrNull -Text "$($binding.Store)"
            $properties.thumbprint = "$($binding.Thumbprint)"
            $rows += New-Ordered -Names @('endpoint', 'sni', 'store', 'thumbprint') -Properties $properties
            if ($binding.Name) {
                Write-Log -Server $Entry.Fqdn -Step 'bindings' -Text "key $($binding.Endpoint) is of $($binding.Name)"
            }
        }
        $text = ConvertTo-JsonValue -Value @($rows)
        if (-not (Write-Text -Path (Get-FullPath -Relative "$folder/bindings.json") -Text $text)) {
            $isWritten = $false
        }
    }
    foreach ($farm in @($Kept.Farms)) {
        if ($null -ne $farm) {
            $properties = @{ server = $Entry.Fqdn; internal_url = Get-TextOrNull -Text "$($farm.InternalUrl)" }
            $properties.external_url = Get-TextOrNull -Text "$($farm.ExternalUrl)"
            $properties.certificate_name = Get-TextOrNull -Text "$($farm.CertificateName)"
            $properties.ssl_offloaded = [bool]$farm.SslOffloaded
            $properties.allow_http = [bool]$farm.AllowHttp
            $names = @('server', 'internal_url', 'external_url', 'certificate_name', 'ssl_offloaded', 'allow_http')
            $script:Farms = @($Farms) + (New-Ordered -Names $names -Properties $properties)
        }
    }
    return $isWritten
}

# A list of assigned certificates, as Get-CsCertificate gives it. What a version lacks is left out.
function Save-Assigned {
    param([string]$Path, $Records, [string]$Computer)
    $objects = @()
    $size = [long]0
    $optional = @('Subject', 'Issuer', 'SerialNumber', 'NotBefore', 'NotAfter', 'EffectiveDate', 'PreviousThumbprint', 'UpdateTime', 'SourceScope')
    foreach ($record in @($Records)) {
        $properties = @{ Use = "$($record.Use)"; Thumbprint = "$($record.Thumbprint)" }
        $properties.AlternativeNames = [string[]]@($record.AlternativeNames | Where-Object { $null -ne $_ } | ForEach-Object { "$_" })
        $names = @('Use', 'Thumbprint', 'AlternativeNames')
        foreach ($name in $optional) {
            if ("$($record.$name)") {
                $properties[$name] = "$($record.$name)"
                $names += $name
            }
        }
        if ($Computer) {
            $properties.PSComputerName = $Computer
            $names += 'PSComputerName'
        }
        $objects += New-Ordered -Names $names -Properties $properties
        $size += 2000 + 100 * $properties.AlternativeNames.Length
    }
    return Write-Objects -Path (Get-FullPath -Relative $Path) -Objects $objects -Size $size
}

# A store, in as many files as its size asks for.
function Save-Store {
    param([string]$Folder, [string]$Name, $Certificates)
    $isWritten = $true
    $objects = @()
    $size = [long]0
    $number = 1
    foreach ($certificate in @($Certificates)) {
        $raw = [byte[]]$certificate.RawData
        $properties = @{ RawData = $raw; Thumbprint = "$($certificate.Thumbprint)"; FriendlyName = "$($certificate.FriendlyName)" }
        $properties.HasPrivateKey = [bool]$certificate.HasPrivateKey
        $properties.PSParentPath = "Microsoft.PowerShell.Security\Certificate::LocalMachine\$Name"
        $names = @('RawData', 'Thumbprint', 'FriendlyName', 'HasPrivateKey', 'PSParentPath')
        if ("$($certificate.ProviderName)") {
            $properties.ProviderName = "$($certificate.ProviderName)"
            $names += 'ProviderName'
        }
        if ($null -ne $certificate.Exportable) {
            $properties.Exportable = [bool]$certificate.Exportable
            $names += 'Exportable'
        }
        # Base-64, and the names of the properties.
        $needed = [long]($raw.Length * 4 / 3) + 1200 + 6 * $properties.FriendlyName.Length
        if ($size + $needed -gt $MaxStoreBytes -and $objects.Count -gt 0) {
            $path = Get-FullPath -Relative (Get-StorePath -Folder $Folder -Name $Name -Number $number)
            if (-not (Write-Objects -Path $path -Objects $objects -Size $size)) {
                $isWritten = $false
            }
            $number += 1
            $objects = @()
            $size = [long]0
        }
        $objects += New-Ordered -Names $names -Properties $properties
        $size += $needed
    }
    $path = Get-FullPath -Relative (Get-StorePath -Folder $Folder -Name $Name -Number $number)
    if (-not (Write-Objects -Path $path -Objects $objects -Size $size)) {
        $isWritten = $false
    }
    return $isWritten
}

function Get-StorePath {
    param([string]$Folder, [string]$Name, [int]$Number)
    if ($Number -gt 1) {
        return "$Folder/$Name-$Number.xml"
    }
    return "$Folder/$Name.xml"
}

# ---------------------------------------------------------------------------------------------------------------------------------
# Network extras, each by its own switch only
# ---------------------------------------------------------------------------------------------------------------------------------

# What answers at an address: the certificate, and what was sent with it. Any certificate is accepted, and nothing is sent.
function Get-Listener {
    param($Wanted)
    $result = @{ Certificates = @(); Protocol = $null; Message = 'it did not answer' }
    foreach ($protocol in @(3072, 768, 192)) {
        $client = $null
        $stream = $null
        $isThere = $false
        $script:SeenCertificates = @()
        try {
            $client = New-Object System.Net.Sockets.TcpClient
            $client.ReceiveTimeout = 5000
            $client.SendTimeout = 5000
            $connecting = $client.BeginConnect($Wanted.Server, $Wanted.Port, $null, $null)
            if (-not $connecting.AsyncWaitHandle.WaitOne(5000, $false)) {
                throw 'no connection within 5 seconds'
            }
            $client.EndConnect($connecting)
            $isThere = $true
            $callback = {
                param($from, $leaf, $chain, $policy)
                $seen = @()
                if ($null -ne $leaf) {
                    $seen += , [byte[]]$leaf.GetRawCertData()
                }
                if ($null -ne $chain) {
                    foreach ($sent in $chain.ChainPolicy.ExtraStore) {
                        $seen += , [byte[]]$sent.RawData
                    }
                }
                $script:SeenCertificates = $seen
                return $true
            }
            $transport = $client.GetStream()
            $stream = New-Object System.Net.Security.SslStream -ArgumentList $transport, $false, $callback
            $stream.AuthenticateAsClient($Wanted.Server, $null, $protocol, $false)
            $result.Protocol = "$($stream.SslProtocol)"
        }
        catch {
            $result.Message = "$($_.Exception.Message)"
        }
        # A server that wants a certificate of the client has shown its own before it hangs up.
        $result.Certificates = @($SeenCertificates)
        Close-Connection -Stream $stream -Client $client
        if ($result.Certificates.Count -gt 0) {
            $result.Message = $null
            return $result
        }
        if (-not $isThere) {
            # Another protocol would get no further.
            return $result
        }
    }
    return $result
}

function Close-Connection {
    param($Stream, $Client)
    try {
        if ($null -ne $Stream) {
            $Stream.Close()
        }
        if ($null -ne $Client) {
            $Client.Close()
        }
    }
    catch {
        Write-Log -Server '' -Step 'listener' -Text "closing: $_"
    }
}

function ConvertTo-Pem {
    param($Bytes)
    $text = [System.Convert]::ToBase64String([byte[]]$Bytes)
    $lines = @('-----BEGIN CERTIFICATE-----')
    for ($start = 0; $start -lt $text.Length; $start += 64) {
        $length = 64
        if ($start + $length -gt $text.Length) {
            $length = $text.Length - $start
        }
        $lines += $text.Substring($start, $length)
    }
    return ($lines + '-----END CERTIFICATE-----') -join "`r`n"
}

function Read-Listeners {
    $rows = @()
    foreach ($wanted in @($Listeners)) {
        if ($null -eq $wanted) {
            continue
        }
        $script:Contacted = @($Contacted) + $wanted.Server
        $status = 'failed'
        $found = Get-Listener -Wanted $wanted
        $message = $found.Message
        if ($found.Certificates.Count -gt 0) {
            $pems = @()
            $known = @()
            foreach ($certificate in $found.Certificates) {
                $pem = ConvertTo-Pem -Bytes $certificate
                if ($known -cnotcontains $pem) {
                    $known += $pem
                    $pems += $pem
                }
            }
            $file = "$($wanted.Server.ToLowerInvariant())_$($wanted.Port).pem"
            $path = Get-FullPath -Relative "certs/$($wanted.Holder)/$($wanted.Usage)/$file"
            try {
                if (Write-Text -Path $path -Text ($pems -join "`r`n")) {
                    $status = 'complete'
                }
            }
            catch {
                $message = "$_"
            }
        }
        if ($status -ne 'complete') {
            Add-Problem -Step 'listener' -Server "$($wanted.Server):$($wanted.Port)" -Id 'listener' -Message "$message"
        }
        $properties = @{ holder = $wanted.Holder; usage = $wanted.Usage; host = $wanted.Server; port = [int]$wanted.Port }
        $properties.status = $status
        $properties.protocol = $found.Protocol
        $properties.message = Get-TextOrNull -Text (ConvertTo-Line -Text "$message")
        $rows += New-Ordered -Names @('holder', 'usage', 'host', 'port', 'status', 'protocol', 'message') -Properties $properties
    }
    return $rows
}

# What this computer's resolver says of the names that clients look for.
function Read-Dns {
    param($Domains)
    $rows = @()
    if (@(Get-Command -Name 'Resolve-DnsName' -ErrorAction SilentlyContinue).Count -eq 0) {
        Add-Problem -Step 'dns' -Server '' -Id 'no-command' -Message 'Resolve-DnsName is not here: names are not looked for'
        return $rows
    }
    foreach ($domain in @($Domains)) {
        foreach ($label in @('_sipinternaltls._tcp', '_sip._tls', 'sip', 'sipinternal', 'sipexternal', 'lyncdiscover', 'lyncdiscoverinternal')) {
            $type = 'A'
            if ($label -like '_*') {
                $type = 'SRV'
            }
            $failures = @()
            $found = @()
            try {
                $found = @(Resolve-DnsName -Name "$label.$domain" -Type $type -ErrorAction SilentlyContinue -ErrorVariable failures)
            }
            catch {
                $failures = @($failures) + @($_)
            }
            $failures = @($failures)
            $answers = @()
            foreach ($one in $found) {
                if ($null -eq $one) {
                    continue
                }
                $known = $one | Select-Object -Property 'NameTarget', 'NameHost', 'IPAddress', 'Port', 'Section'
                if ("$($known.Section)" -and "$($known.Section)" -ne 'Answer') {
                    continue
                }
                if ("$($known.NameTarget)") {
                    $answers += "$($known.NameTarget):$($known.Port)"
                }
                elseif ("$($known.NameHost)") {
                    $answers += "$($known.NameHost)"
                }
                elseif ("$($known.IPAddress)") {
                    $answers += "$($known.IPAddress)"
                }
            }
            $status = 'none'
            $message = $null
            if ($answers.Count -gt 0) {
                $status = 'answered'
            }
            elseif ($failures.Count -gt 0) {
                $failure = Get-Failure -Failure $failures[0]
                $message = ConvertTo-Line -Text $failure.Message
                # That there is no such name is an answer; anything else is none.
                if ($failure.Id -notmatch 'DNS_ERROR_RCODE_NAME_ERROR|DNS_INFO_NO_RECORDS') {
                    $status = 'failed'
                    Add-Problem -Step 'dns' -Server "$label.$domain" -Id $failure.Id -Message $failure.Message
                }
            }
            $properties = @{ name = "$label.$domain"; type = $type; status = $status; answers = @($answers | Sort-Object); message = $message }
            $rows += New-Ordered -Names @('name', 'type', 'status', 'answers', 'message') -Properties $properties
        }
    }
    return $rows
}

# The addresses of revocation lists in a certificate: its extension 2.5.29.31, and in it every name that is an address.
function Get-CrlAddresses {
    param($Bytes)
    $raw = [byte[]]$Bytes
    $found = @()
    for ($at = 0; $at + 8 -lt $raw.Length; $at += 1) {
        if ($raw[$at] -ne 6 -or $raw[$at + 1] -ne 3 -or $raw[$at + 2] -ne 0x55 -or $raw[$at + 3] -ne 0x1D -or $raw[$at + 4] -ne 0x1F) {
            continue
        }
        $from = $at + 5
        if ($raw[$from] -eq 1) {
            $from += 3
        }
        $extension = Get-Element -Bytes $raw -At $from
        if ($null -eq $extension -or $raw[$from] -ne 4) {
            continue
        }
        for ($inner = $extension.Start; $inner + 2 -lt $extension.End; $inner += 1) {
            if ($raw[$inner] -ne 0x86) {
                continue
            }
            $name = Get-Element -Bytes $raw -At $inner
            if ($null -eq $name -or $name.End -gt $extension.End) {
                continue
            }
            $text = ''
            for ($index = $name.Start; $index -lt $name.End; $index += 1) {
                $text += [string][char]$raw[$index]
            }
            if ($text -match '\A(http|ldap)://[\x21-\x7E]+\z' -and $found -cnotcontains $text) {
                $found += $text
                $inner = $name.End - 1
            }
        }
    }
    return $found
}

# Where an element of DER starts and ends; nothing where its length makes no sense.
function Get-Element {
    param($Bytes, [int]$At)
    if ($At + 1 -ge $Bytes.Length) {
        return $null
    }
    $length = [int]$Bytes[$At + 1]
    $start = $At + 2
    if ($length -ge 128) {
        $digits = $length - 128
        if ($digits -lt 1 -or $digits -gt 3 -or $start + $digits -gt $Bytes.Length) {
            return $null
        }
        $length = 0
        for ($index = 0; $index -lt $digits; $index += 1) {
            $length = $length * 256 + [int]$Bytes[$start + $index]
        }
        $start += $digits
    }
    if ($start + $length -gt $Bytes.Length) {
        return $null
    }
    return @{ Start = $start; End = $start + $length }
}

# The assigned certificates and those of their CAs, as far as the stores have them.
function Get-CrlSources {
    param($Entries)
    $bySubject = @{}
    $parsed = @{}
    foreach ($thumbprint in @($Pool.Keys)) {
        try {
            $certificate = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, $Pool[$thumbprint])
            $parsed[$thumbprint] = @{ Subject = "$($certificate.Subject)"; Issuer = "$($certificate.Issuer)" }
            $subject = "$($certificate.Subject)"
            if (-not $bySubject.ContainsKey($subject)) {
                $bySubject[$subject] = @()
            }
            $bySubject[$subject] = @($bySubject[$subject]) + $thumbprint
        }
        catch {
            Write-Log -Server '' -Step 'crl' -Text "$thumbprint cannot be read: $_"
        }
    }
    $seen = @{}
    $waiting = @()
    foreach ($entry in @($Entries)) {
        $waiting += @($entry.Thumbprints)
    }
    while ($waiting.Count -gt 0) {
        $later = @()
        foreach ($thumbprint in $waiting) {
            if ($null -eq $thumbprint -or $seen.ContainsKey($thumbprint) -or -not $parsed.ContainsKey($thumbprint)) {
                continue
            }
            $seen[$thumbprint] = $true
            $issuer = $parsed[$thumbprint].Issuer
            if ($bySubject.ContainsKey($issuer)) {
                $later += @($bySubject[$issuer])
            }
        }
        $waiting = @($later)
    }
    return @($seen.Keys | Sort-Object)
}

# The bytes at an address: so many, and within so many seconds.
function Get-HttpBytes {
    param([string]$Address)
    $client = New-Object System.Net.WebClient
    $task = $client.DownloadDataTaskAsync($Address)
    try {
        $isThere = $task.Wait(15000)
    }
    catch {
        # The reason lies inside of what waiting throws.
        throw $_.Exception.GetBaseException().Message
    }
    if (-not $isThere) {
        $client.CancelAsync()
        throw 'not there within 15 seconds'
    }
    return , [byte[]]$task.Result
}

# A revocation list in the directory: only below the container that CAs of Windows publish to.
function Get-DirectoryBytes {
    param([string]$Address)
    $name = (($Address -replace '\Aldap://[^/]*/', '') -split '\?')[0]
    while ($name -match '%([0-9A-Fa-f]{2})') {
        $name = $name.Replace($matches[0], [string][char][System.Convert]::ToInt32($matches[1], 16))
    }
    # A certificate says this address, and with a slash it could name another computer to sign in to.
    if ($name -match '/' -or $name -notmatch ',CN=CDP,CN=Public Key Services,CN=Services,CN=Configuration,') {
        throw 'it lies in no container of revocation lists'
    }
    $object = [adsi]"LDAP://$name"
    return , [byte[]]$object.Properties['certificateRevocationList'].Value
}

function Read-Crls {
    param($Entries)
    $addresses = @()
    foreach ($thumbprint in @(Get-CrlSources -Entries $Entries)) {
        foreach ($address in @(Get-CrlAddresses -Bytes $Pool[$thumbprint])) {
            if ($null -ne $address -and $addresses -cnotcontains $address) {
                $addresses += $address
            }
        }
    }
    $count = 0
    $isComplete = $true
    $hasher = $null
    foreach ($address in $addresses) {
        if ($count -ge $MaxCrls) {
            Add-Problem -Step 'crl' -Server '' -Id 'limit' -Message "there are $($addresses.Count) addresses; the limit is $MaxCrls"
            return $false
        }
        $count += 1
        try {
            if ($address -match '\Ahttp://([^/:]+)') {
                $script:Contacted = @($Contacted) + $matches[1]
                $bytes = Get-HttpBytes -Address $address
            }
            else {
                $script:Contacted = @($Contacted) + 'directory'
                $bytes = Get-DirectoryBytes -Address $address
            }
            if ($null -eq $bytes -or $bytes.Length -eq 0) {
                throw 'nothing is there'
            }
            if ($bytes.Length -gt $MaxCrlBytes) {
                throw "it has $($bytes.Length) bytes; the limit is $MaxCrlBytes"
            }
            if ($null -eq $hasher) {
                $hasher = New-Object System.Security.Cryptography.SHA1CryptoServiceProvider
            }
            $name = (ConvertTo-Hex -Bytes ($hasher.ComputeHash([byte[]]$bytes))).ToLowerInvariant()
            Write-Log -Server '' -Step 'crl' -Text "$name.crl is of $address"
            $path = Get-FullPath -Relative "certs/crl/$name.crl"
            if (-not (Test-Path -LiteralPath $path) -and -not (Write-Bytes -Path $path -Bytes $bytes)) {
                $isComplete = $false
            }
        }
        catch {
            $isComplete = $false
            Add-Problem -Step 'crl' -Server $address -Id 'crl' -Message "$_"
        }
    }
    return $isComplete
}

# ---------------------------------------------------------------------------------------------------------------------------------
# The run
# ---------------------------------------------------------------------------------------------------------------------------------

# Names that were given as a list, or as one text with commas, which is what -File makes of a list.
function Get-Names {
    param($Given)
    foreach ($text in @($Given)) {
        if ($null -ne $text) {
            foreach ($name in ("$text" -split ',')) {
                if ($name.Trim()) {
                    $name.Trim().TrimEnd('.')
                }
            }
        }
    }
}

# What is wrong with the arguments or the environment; an empty text where nothing is.
function Get-Mistake {
    if ([int]$PSVersionTable.PSVersion.Major -ge 6) {
        return "this is PowerShell $($PSVersionTable.PSVersion); expected Windows PowerShell (powershell.exe)"
    }
    if ("$env:PROCESSOR_ARCHITECTURE" -eq 'x86') {
        return 'this is a 32-bit process; expected the 64-bit Windows PowerShell'
    }
    if (-not $OutputPath.Trim()) {
        return '-OutputPath is missing; expected the folder to write'
    }
    $script:Target = Get-PlainPath -Path $OutputPath
    if (-not $Target) {
        return "$OutputPath cannot be used; expected a folder on a drive of this computer, such as C:\lyncert\contoso"
    }
    if (@('None', 'Open') -notcontains $KeyFacts) {
        return "-KeyFacts is $KeyFacts; expected None or Open"
    }
    if ($TimeoutSeconds -lt 10 -or $TimeoutSeconds -gt 3600) {
        return "-TimeoutSeconds is $TimeoutSeconds; expected a number from 10 to 3600"
    }
    if ($ThrottleLimit -lt 1 -or $ThrottleLimit -gt 64) {
        return "-ThrottleLimit is $ThrottleLimit; expected a number from 1 to 64"
    }
    $script:WithKeys = $KeyFacts -eq 'Open'
    $script:Asked = @(Get-Names -Given $ComputerName)
    $script:Excluded = @(Get-Names -Given $ExcludeComputer)
    if ($LocalOnly) {
        $isRemote = $Asked.Count -gt 0 -or $Excluded.Count -gt 0 -or $IncludeEdge -or $null -ne $Session -or $null -ne $Listener -or $Dns -or $Crl
        if ($isRemote) {
            return '-LocalOnly goes with no switch that asks another computer; expected it with -OutputPath, -Holder, -KeyFacts, -OfficeWebApps, -Zip and -Replace only'
        }
        if ($Holder -and $Holder -notmatch '\A[A-Za-z0-9][A-Za-z0-9._-]*\z') {
            return "-Holder is $Holder; expected letters, digits, dots and hyphens, such as reverse-proxy"
        }
    }
    elseif ($Holder) {
        return '-Holder goes with -LocalOnly only'
    }
    foreach ($text in @($Listener)) {
        if ($null -eq $text) {
            continue
        }
        foreach ($one in ("$text" -split ',')) {
            $holderName = ''
            if ($one.Trim() -match '\A([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z]+(?:\+[A-Za-z]+)*)=([A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?\z') {
                $holderName = $matches[1]
                $usage = $matches[2]
                $server = $matches[3]
                $port = 443
                if ($matches.ContainsKey(4)) {
                    $port = [int]$matches[4]
                }
            }
            if (-not $holderName) {
                return "-Listener is $one; expected HOLDER/USAGE=HOST or HOLDER/USAGE=HOST:PORT, such as reverse-proxy/ReverseProxy=meet.contoso.com:443"
            }
            if ($port -lt 1 -or $port -gt 65535) {
                return "-Listener has the port $port; expected a number from 1 to 65535"
            }
            $wanted = @{ Holder = Get-FolderName -Name $holderName; Usage = $usage; Server = $server; Port = $port }
            $script:Listeners = @($Listeners) + $wanted
        }
    }
    return Get-Obstacle
}

# The row of a server in the manifest.
function Get-ServerRow {
    param($Entry)
    $isReached = $Entry.Status -eq 'collected' -or $Entry.Status -eq 'partial'
    $properties = @{ fqdn = $Entry.Fqdn; folder = "certs/$($Entry.Folder)"; edge = [bool]$Entry.IsEdge; status = $Entry.Status }
    $properties.reason = Get-TextOrNull -Text $Entry.Reason
    $properties.message = Get-TextOrNull -Text $Entry.Message
    $properties.via = Get-TextOrNull -Text $Entry.Via
    $properties.clock_offset_seconds = $Entry.Offset
    $properties.module = Get-TextOrNull -Text $Entry.Module
    $properties.assigned = $Entry.Assigned
    $properties.stores = @()
    $properties.bindings = $Entry.Bindings
    if ($isReached) {
        $properties.stores = @($Entry.Stores)
    }
    $properties.key_facts = $Entry.KeyFacts
    $names = @('fqdn', 'folder', 'edge', 'status', 'reason', 'message', 'via', 'clock_offset_seconds', 'module')
    New-Ordered -Names ($names + @('assigned', 'stores', 'key_facts', 'bindings')) -Properties $properties
}

# Every file that was written, with its hash; the manifest, which is written after this, has none. What was kept is of other runs, may be
# changed by whoever laid it there, and has manifests of its own.
function Get-FileRows {
    $items = @(Get-ChildItem -LiteralPath $Root -Recurse -Force | Where-Object { -not $_.PSIsContainer })
    foreach ($item in @($items | Sort-Object -Property 'FullName')) {
        $path = Get-RelativePath -Folder $Root -Path $item.FullName
        if ($Kept.ContainsKey($path)) {
            continue
        }
        $properties = @{ path = $path; size = [long]$item.Length; sha256 = Get-Sha256 -Path $item.FullName }
        New-Ordered -Names @('path', 'size', 'sha256') -Properties $properties
    }
}

function Write-Facts {
    param($Collected, $DnsRows)
    $properties = @{ schema = $FactsSchema; simple_urls = $Collected.SimpleUrls; access_edge = $Collected.AccessEdge }
    $properties.public_providers = $Collected.PublicProviders
    $properties.hosting_providers = $Collected.HostingProviders
    $properties.xmpp_partners = $Collected.XmppPartners
    $properties.office_web_apps = @($Farms)
    $properties.dns = @($DnsRows)
    $names = @('schema', 'simple_urls', 'access_edge', 'public_providers', 'hosting_providers', 'xmpp_partners', 'office_web_apps', 'dns')
    $text = ConvertTo-JsonValue -Value (New-Ordered -Names $names -Properties $properties)
    return Write-Text -Path (Get-FullPath -Relative 'facts.json') -Text $text
}

function Write-Manifest {
    param($Run, $Entries)
    # The last words of the log, so that its hash holds.
    Write-Log -Server '' -Step 'end' -Text "exit code $ExitCode"
    $hash = $null
    if ($ScriptPath) {
        $hash = Get-TextOrNull -Text (Get-Sha256 -Path $ScriptPath)
    }
    $own = New-Ordered -Names @('name', 'version', 'sha256') -Properties @{ name = $ScriptName; version = $ScriptVersion; sha256 = $hash }
    $topology = @{ status = $Run.Topology.Status; source = $Run.Topology.Source; signature = Get-TextOrNull -Text $Run.Signature }
    $topology.message = Get-TextOrNull -Text (ConvertTo-Line -Text $Run.Topology.Message)
    $properties = @{ schema = $ManifestSchema; script = $own; started = $Run.Started; finished = Get-UtcNow; mode = $Run.Mode; by = $Run.By }
    $properties.topology = New-Ordered -Names @('status', 'source', 'signature', 'message') -Properties $topology
    $properties.servers = @($Entries | ForEach-Object { Get-ServerRow -Entry $_ })
    $properties.facts = @($Run.Collected.Rows)
    $properties.listeners = @($Run.ListenerRows)
    $hosts = @($Contacted | Where-Object { $null -ne $_ } | Sort-Object)
    $properties.contacted = @($hosts | Select-Object -Unique)
    $properties.errors = @($Problems)
    $properties.files = @(Get-FileRows)
    $names = @('schema', 'script', 'started', 'finished', 'mode', 'by', 'topology', 'servers', 'facts', 'listeners', 'contacted', 'errors', 'files')
    $text = ConvertTo-JsonValue -Value (New-Ordered -Names $names -Properties $properties)
    Write-Text -Path (Get-FullPath -Relative 'collected.json') -Text $text -Always | Out-Null
}

# What would be done, without doing it.
function Show-Plan {
    param($Run, $Entries)
    Write-Output "Topology: $($Run.Topology.Status), from: $($Run.Topology.Source)"
    foreach ($entry in @($Entries)) {
        if ($entry.Status) {
            Write-Output "$($entry.Fqdn): left out: $($entry.Reason) $($entry.Message)"
        }
        else {
            Write-Output "$($entry.Fqdn): would be collected by: $($entry.Via)"
        }
    }
    foreach ($wanted in @($Listeners)) {
        if ($null -ne $wanted) {
            Write-Output "$($wanted.Server):$($wanted.Port): would be asked for its certificate"
        }
    }
    $earlier = Get-EarlierPath
    if ($earlier) {
        foreach ($relative in @(Get-KeptPaths -Folder $earlier)) {
            Write-Output "${relative}: would be kept from $earlier"
        }
    }
    Write-Output "Would write $Target; nothing was written and no other server was contacted"
}

# What came of it, for whoever looks.
function Show-Result {
    param($Entries)
    foreach ($entry in @($Entries)) {
        $line = "$($entry.Fqdn): $($entry.Status)"
        if ($entry.Reason) {
            $line = "$line, $($entry.Reason) $($entry.Message)"
        }
        if ($null -ne $entry.Assigned -and $entry.Assigned.status -eq 'no-module') {
            $line = "$($line.Trim()); the cmdlets of the product are not there, so that nothing says what is assigned"
        }
        Write-Output $line.Trim()
    }
    if ($Problems.Count -gt 0) {
        Write-Output "$($Problems.Count) errors, in collected.json and collect.log"
    }
    if ($Kept.Count -gt 0) {
        Write-Output "$($Kept.Count) files that were laid into the earlier collection are kept"
    }
    Write-Output "Wrote $Target"
    if ($LocalOnly) {
        Write-Output 'Next: put that folder anywhere below certs of the collection of the deployment'
    }
    else {
        Write-Output "Next, on any machine: lyncert audit $Target"
    }
}

# Whether everything that was asked for was taken, a part of it, or nothing.
function Get-ExitCode {
    param($Run, $Entries)
    $reached = @($Entries | Where-Object { $_.Status -eq 'collected' -or $_.Status -eq 'partial' })
    if ($reached.Count -eq 0) {
        return 3
    }
    $missed = @($Entries | Where-Object { $_.Status -eq 'partial' -or $_.Status -eq 'not-reached' -or $_.Reason -eq 'limit' })
    $facts = @($Run.Collected.Rows | Where-Object { $null -ne $_ -and $_.status -ne 'complete' -and $_.status -ne 'no-command' })
    $listening = @($Run.ListenerRows | Where-Object { $null -ne $_ -and $_.status -ne 'complete' })
    $isWhole = $missed.Count -eq 0 -and $facts.Count -eq 0 -and $listening.Count -eq 0 -and $Run.IsWhole -and -not $IsFull
    if (-not $LocalOnly -and $Run.Topology.Status -ne 'complete') {
        $isWhole = $false
    }
    if ($isWhole) {
        return 0
    }
    return 4
}

# What has to be there before anything is asked: the module, the topology and the servers in it. Gives why it cannot go on.
function Initialize-Run {
    param($Run)
    $module = Import-Product
    $Run.Module = $module
    if (-not $LocalOnly -and -not $module) {
        $script:ExitCode = 3
        return 'the cmdlets of the product are not here; run this on a server or management computer of the product, or with -LocalOnly'
    }
    $Run.Own = Get-OwnName -Module $module
    $Run.By = Get-Environment -Computer $Run.Own
    if ($module) {
        $Run.Topology = Get-Topology -OnlyReplica ([bool]$LocalOnly)
    }
    $document = $null
    if ($Run.Topology.Text) {
        try {
            $document = [xml]$Run.Topology.Text
        }
        catch {
            Add-Problem -Step 'topology' -Server '' -Id 'xml' -Message "$_"
            $Run.Topology = @{ Status = 'failed'; Source = 'none'; Text = ''; Message = "$_" }
        }
    }
    if ($null -ne $document) {
        foreach ($attribute in $document.SelectNodes('/*/@Signature')) {
            $Run.Signature = "$($attribute.Value)"
        }
        foreach ($attribute in $document.SelectNodes("//*[local-name()='InternalDomain']/@Name")) {
            $Run.Domains = @($Run.Domains) + "$($attribute.Value)"
        }
    }
    if ($LocalOnly -or $null -eq $document) {
        $entry = New-Entry -Fqdn $Run.Own -IsEdge $false -IsFarm $false
        if ($null -ne $document) {
            foreach ($known in @(Get-TopologyServers -Document $document)) {
                if ($known.Fqdn -eq $Run.Own) {
                    $entry.IsEdge = $known.IsEdge
                }
            }
        }
        if ($Holder) {
            $entry.Folder = "$(Get-FolderName -Name $Holder)/$($entry.Folder)"
        }
        $entry.Via = 'local'
        $Run.Entries = @($entry)
        return ''
    }
    $Run.Entries = @(Get-TopologyServers -Document $document)
    $names = @($Run.Entries | ForEach-Object { $_.Fqdn })
    foreach ($name in @($Asked) + @($Excluded)) {
        if ($names -notcontains $name) {
            $script:ExitCode = 2
            return "$name is no server of the topology; expected one of: $($names -join ', ')"
        }
    }
    Select-Servers -Entries $Run.Entries -Own $Run.Own
    return ''
}

# Everything that is asked of servers and of the central store.
function Invoke-Run {
    param($Run)
    if (-not $LocalOnly) {
        if ($Run.Topology.Text) {
            $Run.IsWhole = Write-Text -Path (Get-FullPath -Relative 'topology.xml') -Text $Run.Topology.Text
        }
        Read-SimpleUrls -Collected $Run.Collected
        Read-AccessEdge -Collected $Run.Collected
        Read-PublicProviders -Collected $Run.Collected
        Read-HostingProviders -Collected $Run.Collected
        Read-XmppPartners -Collected $Run.Collected
        Read-OAuth -Collected $Run.Collected
        $references = @(Get-OAuthRecords -References $Run.Collected.OAuth | Where-Object { "$($_.Thumbprint)" })
        if ($references.Count -gt 0 -and -not (Save-Assigned -Path 'certs/oauth/assigned.xml' -Records $references -Computer '')) {
            $Run.IsWhole = $false
        }
    }
    foreach ($entry in $Run.Entries) {
        if (-not $entry.Status -and $entry.Via -eq 'local') {
            Invoke-Local -Entry $entry -WithFarm ([bool]($OfficeWebApps -and ($LocalOnly -or $entry.IsFarm)))
        }
    }
    $others = @($Run.Entries | Where-Object { -not $_.Status })
    if ($others.Count -gt 0) {
        Invoke-Remote -Entries $others
    }
    if ($Listeners.Count -gt 0) {
        $Run.ListenerRows = @(Read-Listeners)
    }
    $names = @()
    if ($Dns) {
        $names = @(Read-Dns -Domains $Run.Domains)
        if (@($names | Where-Object { $_.status -eq 'failed' }).Count -gt 0 -or $names.Count -eq 0) {
            $Run.IsWhole = $false
        }
    }
    if ($Crl -and -not (Read-Crls -Entries $Run.Entries)) {
        $Run.IsWhole = $false
    }
    if (-not $LocalOnly -or $Farms.Count -gt 0) {
        if (-not (Write-Facts -Collected $Run.Collected -DnsRows $names)) {
            $Run.IsWhole = $false
        }
    }
}

function Invoke-Main {
    # Here, not above: run with -File the script is the outermost scope, and strictness there would bind the product's own modules.
    Set-StrictMode -Version 2.0
    $mode = 'central'
    if ($LocalOnly) {
        $mode = 'local'
    }
    $collected = @{ Rows = @(); SimpleUrls = $null; AccessEdge = $null; PublicProviders = $null; HostingProviders = $null; XmppPartners = $null; OAuth = @() }
    $run = @{ Started = Get-UtcNow; Mode = $mode; Module = ''; Own = ''; By = $null; Signature = ''; Domains = @(); Entries = @() }
    $run.Topology = @{ Status = 'none'; Source = 'none'; Text = ''; Message = '' }
    $run.Collected = $collected
    $run.ListenerRows = @()
    $run.IsWhole = $true
    $mistake = Get-Mistake
    if ($mistake) {
        $script:ExitCode = 2
        Write-Warning -Message $mistake
        return
    }
    Write-Log -Server '' -Step 'start' -Text "$ScriptName $ScriptVersion, $mode"
    $mistake = Initialize-Run -Run $run
    if ($mistake) {
        Write-Warning -Message $mistake
        return
    }
    if ($WhatIf) {
        Show-Plan -Run $run -Entries $run.Entries
        return
    }
    if ($run.By.elevated -eq $false) {
        Write-Warning -Message 'this PowerShell is not elevated: keys, stores and other servers may be refused'
    }
    $partial = "$Target.partial-$PID"
    if (Test-Path -LiteralPath $partial) {
        $script:ExitCode = 2
        Write-Warning -Message "$partial is there already; move it away"
        return
    }
    $script:Root = $partial
    New-Folder -Path $Root
    Invoke-Run -Run $run
    Copy-Kept
    $script:ExitCode = Get-ExitCode -Run $run -Entries $run.Entries
    Write-Manifest -Run $run -Entries $run.Entries
    $finished = $Root
    try {
        Complete-Collection
    }
    catch {
        $script:ExitCode = 4
        Write-Warning -Message "the collection is whole in $finished and did not get its name: $_"
        return
    }
    Show-Result -Entries $run.Entries
}

# A test takes the functions by themselves.
try {
    $ScriptPath = "$($MyInvocation.MyCommand.Path)"
}
catch {
    $ScriptPath = ''
}
if ($MyInvocation.InvocationName -ne '.') {
    try {
        Invoke-Main
    }
    catch {
        $ExitCode = 3
        if ($Written -gt 0) {
            $ExitCode = 4
        }
        Write-Warning -Message "the run was stopped: $_"
        if ($Root) {
            Write-Warning -Message "what it wrote until then is in $Root, or, if it was finished, in $Target"
        }
    }
    exit $ExitCode
}
