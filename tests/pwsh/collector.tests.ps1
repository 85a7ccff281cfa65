# Runs functions of the collector with commands of the product, of certificates and of remoting replaced by functions of the same name.
# usage: pwsh -NoProfile -NonInteractive -File tests/pwsh/collector.tests.ps1
# Certificate stores, the registry and bytes written by Set-Content are Windows only and are replaced or left out.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$here = Split-Path -Path $MyInvocation.MyCommand.Path -Parent
. (Join-Path $here '../../scripts/Export-LyncertCollection.ps1')
$ErrorActionPreference = 'Stop'

$passed = 0
$failed = 0

function Test-That {
    param([string]$Name, [scriptblock]$Body)
    try {
        & $Body
        $script:passed += 1
    }
    catch {
        $script:failed += 1
        Write-Output "FAILED $Name : $_ $($_.ScriptStackTrace)"
    }
}

function Assert-Equal {
    param($Found, $Expected)
    if ("$Found" -cne "$Expected") {
        throw "found <$Found>, expected <$Expected>"
    }
}

# A folder to write to, as a run has one.
function New-Place {
    $place = Join-Path ([System.IO.Path]::GetTempPath()) ([guid]::NewGuid().ToString())
    New-Item -ItemType Directory -Path $place | Out-Null
    $script:Target = Join-Path $place 'contoso'
    $script:Root = "$($script:Target).partial-1"
    $script:Written = [long]0
    $script:IsFull = $false
    $script:Problems = @()
    $script:Buffered = @()
    $script:Contacted = @()
    $script:Farms = @()
    New-Folder -Path $script:Root
    return $place
}

# ---- The product, as it is when it answers ----
function Get-CsSimpleUrlConfiguration {
    [CmdletBinding()]
    param()
    $meet = New-Object PSObject -Property @{ Url = 'https://meet.contoso.com' }
    $url = New-Object PSObject -Property @{ Component = 'Meet'; Domain = 'contoso.com'; ActiveUrl = 'https://meet.contoso.com'; SimpleUrlEntry = @($meet) }
    New-Object PSObject -Property @{ Identity = 'Global'; SimpleUrl = @($url) }
    New-Object PSObject -Property @{ Identity = 'Site:Redmond'; SimpleUrl = @($url) }
}
function Get-CsAccessEdgeConfiguration {
    [CmdletBinding()]
    param()
    New-Object PSObject -Property @{ AllowOutsideUsers = $true; AllowFederatedUsers = $false; Secret = $env:LYNCERT_TEST_SECRET }
}
function Get-CsPublicProvider {
    [CmdletBinding()]
    param()
    New-Object PSObject -Property @{ Identity = 'AOL'; Enabled = $true }
}
function Get-CsHostingProvider {
    [CmdletBinding()]
    param()
    Write-Error 'the central store refuses'
}
function Get-CsXmppAllowedPartner {
    [CmdletBinding()]
    param()
    New-Object PSObject -Property @{ Identity = 'secret-partner.example' }
}

Test-That 'JSON has everything outside ASCII by number, whatever the culture' {
    foreach ($culture in @('th-TH', 'tr-TR', 'ar-SA', 'de-DE')) {
        [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]$culture
        $value = New-Ordered -Names @('a', 'b', 'c', 'd', 'e') -Properties @{ a = "I\`"$([char]0x130)"; b = -1; c = @(); d = @($true); e = $null }
        Assert-Equal (ConvertTo-JsonValue -Value $value) '{"a":"I\\\"\u0130","b":-1,"c":[],"d":[true],"e":null}'
        if ((Get-UtcNow) -notmatch '\A2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\z') {
            throw "the time is $(Get-UtcNow) in $culture"
        }
    }
    [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::InvariantCulture
}

Test-That 'half of a surrogate pair is replaced and a whole one is kept' {
    Assert-Equal (ConvertTo-JsonText -Text "$([char]0xD83D)") '"\ufffd"'
    Assert-Equal (ConvertTo-JsonText -Text "$([char]0xD83D)$([char]0xDE00)") '"\ud83d\ude00"'
    Assert-Equal (ConvertTo-JsonText -Text "a`n") '"a\u000a"'
}

Test-That 'paths are on a drive, and plain' {
    Assert-Equal (Get-PlainPath -Path 'C:\lyncert\contoso\') 'C:\lyncert\contoso'
    Assert-Equal (Get-PlainPath -Path 'C:/lyncert/./contoso') 'C:\lyncert\contoso'
    foreach ($path in @('C:\', '\\server\share\x', 'C:\a\..\b', 'C:\a*', 'C:\a[1]', 'Cert:\LocalMachine', 'C:\a.', '\x')) {
        Assert-Equal (Get-PlainPath -Path $path) ''
    }
}

Test-That 'folders are called after servers, and never after devices' {
    Assert-Equal (Get-FolderName -Name 'FE1.Contoso.com') 'fe1.contoso.com'
    Assert-Equal (Get-FolderName -Name 'con.contoso.com') '_con.contoso.com'
    Assert-Equal (Get-FolderName -Name '..\x') '_.._x'
}

Test-That 'nothing is written outside the folder' {
    $place = New-Place
    foreach ($path in @((Join-Path $place 'x'), "$($script:Root)x", (Join-Path $script:Root '../x'))) {
        $isRefused = $false
        try {
            Write-Text -Path $path -Text 'x' | Out-Null
        }
        catch {
            $isRefused = $true
        }
        Assert-Equal $isRefused 'True'
    }
}

Test-That 'facts are read one by one, and a refusal is told' {
    $null = New-Place
    $env:LYNCERT_TEST_SECRET = 'canary-7c1f'
    $collected = @{ Rows = @(); SimpleUrls = $null; AccessEdge = $null; PublicProviders = $null; HostingProviders = $null; XmppPartners = $null; OAuth = @() }
    Read-SimpleUrls -Collected $collected
    Read-AccessEdge -Collected $collected
    Read-PublicProviders -Collected $collected
    Read-HostingProviders -Collected $collected 2>$null
    Read-XmppPartners -Collected $collected
    Write-Facts -Collected $collected -DnsRows @() | Out-Null
    $text = (Get-Content -LiteralPath (Get-FullPath -Relative 'facts.json')) -join ''
    $facts = $text | ConvertFrom-Json
    Assert-Equal $facts.schema 'lyncert-facts/1'
    Assert-Equal $facts.simple_urls.Count '2'
    Assert-Equal $facts.simple_urls[1].site 'Redmond'
    Assert-Equal $facts.access_edge.allow_outside_users 'True'
    Assert-Equal $facts.hosting_providers ''
    Assert-Equal $facts.xmpp_partners '1'
    Assert-Equal @($collected.Rows | Where-Object { $_.status -eq 'failed' }).Count '1'
    foreach ($secret in @('canary-7c1f', 'secret-partner')) {
        foreach ($file in @(Get-ChildItem -LiteralPath $script:Root -Recurse -File)) {
            if ((Get-Content -LiteralPath $file.FullName -Raw) -match $secret) {
                throw "$secret is in $($file.Name)"
            }
        }
    }
}

Test-That 'the topology names servers, Edges and farms' {
    $text = '<Topology xmlns="urn:x" Signature="s1"><Clusters>' +
    '<Cluster RequiresSetup="true" Fqdn="p.contoso.com"><ClusterId SiteId="1" Number="1" /><Machine Fqdn="FE1.contoso.com" /><Machine Fqdn="fe2.contoso.com" /></Cluster>' +
    '<Cluster RequiresSetup="True" Fqdn="e.contoso.com"><ClusterId SiteId="1" Number="2" /><Machine Fqdn="edge1.contoso.com"><NetInterface InterfaceSide="Internal" /></Machine></Cluster>' +
    '<Cluster RequiresSetup="false" Fqdn="w.contoso.com"><ClusterId SiteId="1" Number="3" /><Machine Fqdn="wac1.contoso.com" /></Cluster>' +
    '<Cluster RequiresSetup="false" Fqdn="sql.contoso.com"><ClusterId SiteId="1" Number="4" /><Machine Fqdn="sql.contoso.com" /></Cluster></Clusters>' +
    '<Services><Service><ServiceId RoleName="WacService" /><InstalledOn><ClusterId SiteId="1" Number="3" /></InstalledOn></Service></Services></Topology>'
    $servers = @(Get-TopologyServers -Document ([xml]$text))
    $shown = @($servers | ForEach-Object { "$($_.Fqdn):$($_.IsEdge):$($_.IsFarm)" }) -join ' '
    Assert-Equal $shown 'FE1.contoso.com:False:False fe2.contoso.com:False:False edge1.contoso.com:True:False wac1.contoso.com:False:True'
}

Test-That 'a certificate whose key throws is collected without a word' {
    function Get-ChildItem {
        [CmdletBinding()]
        param([string]$LiteralPath, [switch]$Recurse, [switch]$Force)
        if ($LiteralPath -like 'Cert:*My') {
            $certificate = New-Object PSObject -Property @{ RawData = [byte[]](48, 1, 2); Thumbprint = 'AB'; FriendlyName = 'one'; HasPrivateKey = $true }
            $certificate | Add-Member -MemberType ScriptProperty -Name PrivateKey -Value { throw 'the key was opened' }
            $certificate
        }
    }
    function Import-Module {
        [CmdletBinding()]
        param([string]$Name)
        Write-Error 'no such module'
    }
    $records = @(Invoke-Command -ScriptBlock $ServerBlock -ArgumentList $false, $false, 5000)
    $kinds = @($records | ForEach-Object { $_.Kind })
    Assert-Equal ($kinds -contains 'end') 'True'
    $certificate = @($records | Where-Object { $_.Kind -eq 'certificate' })[0]
    Assert-Equal $certificate.Thumbprint 'AB'
    Assert-Equal $certificate.HasPrivateKey 'True'
    Assert-Equal @($records | Where-Object { $_.Kind -eq 'assigned-list' })[0].Status 'no-module'
}

Test-That 'a server that refuses is a row with its identifier' {
    foreach ($id in @('AccessDenied', 'CannotConnect', 'ComputerNotFound', 'NetworkPathNotFound', 'AuthenticationFailed', 'LogonFailure', 'WinRMOperationTimeout')) {
        $null = New-Place
        $entry = New-Entry -Fqdn 'fe1.contoso.com' -IsEdge $false -IsFarm $false
        $exception = New-Object System.Exception -ArgumentList 'nicht erlaubt'
        $failure = New-Object System.Management.Automation.ErrorRecord -ArgumentList $exception, "$id,PSSessionOpenFailed", 'OpenError', $null
        Set-NotReached -Entry $entry -Failures @($failure)
        Assert-Equal "$($entry.Status) $($entry.Reason) $($entry.Message)" "not-reached $id nicht erlaubt"
    }
}

Test-That 'what a server gave becomes files and a row' {
    $null = New-Place
    $LocalOnly = $false
    $entry = New-Entry -Fqdn 'fe1.contoso.com' -IsEdge $false -IsFarm $false
    $records = @(
        (New-Object PSObject -Property @{ Kind = 'start'; Ticks = [datetime]::UtcNow.Ticks; PowerShell = '2.0'; LanguageMode = 'FullLanguage' }),
        (New-Object PSObject -Property @{ Kind = 'assigned'; Use = 'Default'; Thumbprint = 'AB'; AlternativeNames = @('a.contoso.com'); Subject = 'CN=a'; Issuer = ''; SerialNumber = ''; PreviousThumbprint = ''; SourceScope = ''; NotBefore = ''; NotAfter = ''; EffectiveDate = ''; UpdateTime = '' }),
        (New-Object PSObject -Property @{ Kind = 'assigned-list'; Status = 'complete'; Count = 1; Module = 'Lync'; Version = '5.0'; Message = '' }),
        (New-Object PSObject -Property @{ Kind = 'certificate'; Store = 'My'; RawData = [byte[]](48, 1, 2); Thumbprint = 'AB'; FriendlyName = ''; HasPrivateKey = $true; ProviderName = ''; Exportable = $null }),
        (New-Object PSObject -Property @{ Kind = 'store'; Store = 'My'; Status = 'complete'; Count = 1; Keys = 0; Opened = 0 }),
        (New-Object PSObject -Property @{ Kind = 'binding'; Endpoint = '0.0.0.0:443'; Name = ''; Store = 'MY'; Thumbprint = 'AB' }),
        (New-Object PSObject -Property @{ Kind = 'bindings'; Status = 'complete'; Count = 1 }),
        (New-Object PSObject -Property @{ Kind = 'end' })
    )
    Save-Server -Entry $entry -Records $records -Launched ([datetime]::UtcNow.Ticks) -Failures @()
    Assert-Equal "$($entry.Status)$($entry.Reason)" 'collected'
    $assigned = @(Import-Clixml -Path (Get-FullPath -Relative 'certs/fe1.contoso.com/assigned.xml'))
    Assert-Equal "$($assigned[0].Use) $($assigned[0].PSComputerName)" 'Default fe1.contoso.com'
    $stored = @(Import-Clixml -Path (Get-FullPath -Relative 'certs/fe1.contoso.com/LocalMachine/My.xml'))
    Assert-Equal ($stored[0].RawData -join ' ') '48 1 2'
    $row = ConvertTo-JsonValue -Value (Get-ServerRow -Entry $entry) | ConvertFrom-Json
    Assert-Equal "$($row.fqdn) $($row.assigned.status) $($row.stores[0].name) $($row.bindings.count)" 'fe1.contoso.com complete My 1'
}

# Bytes are read and written by these names in Windows PowerShell only.
function Get-Content {
    [CmdletBinding()]
    param([string]$LiteralPath, [string]$Encoding = 'UTF8', [long]$ReadCount = 1, [switch]$Raw)
    if ($Encoding -eq 'Byte') {
        return , [System.IO.File]::ReadAllBytes($LiteralPath)
    }
    if ($Raw) {
        return [System.IO.File]::ReadAllText($LiteralPath)
    }
    return [System.IO.File]::ReadAllLines($LiteralPath)
}
function Set-Content {
    [CmdletBinding()]
    param([string]$LiteralPath, $Value, [string]$Encoding = 'UTF8')
    if ($Encoding -eq 'Byte') {
        [System.IO.File]::WriteAllBytes($LiteralPath, [byte[]]$Value)
    }
    else {
        [System.IO.File]::WriteAllText($LiteralPath, "$Value")
    }
}

# A file of a test, with the folders above it.
function Add-File {
    param([string]$Folder, [string]$Relative, [string]$Text)
    $path = Join-Path $Folder $Relative
    New-Item -ItemType Directory -Path (Split-Path -Path $path -Parent) -Force | Out-Null
    [System.IO.File]::WriteAllText($path, $Text)
}

# A collection whose manifest names one file.
function Add-Collection {
    param([string]$Folder, [string]$File, [string]$Text)
    Add-File -Folder $Folder -Relative 'collect.log' -Text 'log'
    Add-File -Folder $Folder -Relative $File -Text $Text
    Add-File -Folder $Folder -Relative 'collected.json' -Text ('{"schema":"lyncert-collected/1","files":[{"path":"' + $File + '"}]}')
}

# The end of a run over the folder of a test, with a collection that has one file.
function Complete-Night {
    param([string]$Text, [int]$Number)
    $script:Root = "$($script:Target).partial-$Number"
    $script:Kept = @{}
    $script:KeptProblem = ''
    $script:Buffered = @()
    Add-Collection -Folder $script:Root -File 'certs/fe1/My.xml' -Text $Text
    Copy-Kept
    Complete-Collection
}

function Get-Text {
    param([string]$Folder, [string]$Relative)
    return [System.IO.File]::ReadAllText((Join-Path $Folder $Relative))
}

Test-That 'what was laid into a collection is there night after night, and stands in no manifest of another run' {
    $place = New-Place
    $script:Replace = $true
    Add-Collection -Folder $script:Target -File 'certs/fe1/My.xml' -Text 'night 1'
    Add-Collection -Folder (Join-Path $script:Target 'certs/perimeter/edge1') -File 'certs/edge1/My.xml' -Text 'edge'
    Add-File -Folder $script:Target -Relative 'lyncert.toml' -Text 'policy'
    $previous = Get-PreviousPath
    foreach ($night in 2, 3, 4) {
        Assert-Equal (Get-Obstacle) ''
        Complete-Night -Text "night $night" -Number $night
        foreach ($folder in @($script:Target, $previous)) {
            Assert-Equal (Get-Text $folder 'certs/perimeter/edge1/certs/edge1/My.xml') 'edge'
            Assert-Equal (Get-Text $folder 'certs/perimeter/edge1/collect.log') 'log'
            Assert-Equal (Get-Text $folder 'lyncert.toml') 'policy'
        }
        Assert-Equal (Get-Text $script:Target 'certs/fe1/My.xml') "night $night"
        Assert-Equal (Get-Text $previous 'certs/fe1/My.xml') "night $($night - 1)"
        $script:Root = $script:Target
        $rows = @(Get-FileRows | ForEach-Object { $_.path })
        Assert-Equal (($rows | Sort-Object) -join ' ') 'certs/fe1/My.xml collected.json collect.log'
    }
    $names = @(Get-ChildItem -LiteralPath $place -Force | ForEach-Object { $_.Name } | Where-Object { $_ -ne 'contoso.partial-1' } | Sort-Object)
    Assert-Equal ($names -join ' ') '.contoso.previous contoso'
}

Test-That 'a policy that was changed since is set aside, and so is what was taken out of the collection' {
    $place = New-Place
    $script:Replace = $true
    Add-Collection -Folder $script:Target -File 'certs/fe1/My.xml' -Text 'night 1'
    Add-Collection -Folder (Join-Path $script:Target 'certs/edge1') -File 'certs/edge1/My.xml' -Text 'edge'
    Add-File -Folder $script:Target -Relative 'lyncert.toml' -Text 'old'
    Complete-Night -Text 'night 2' -Number 2
    Add-File -Folder $script:Target -Relative 'lyncert.toml' -Text 'new'
    Remove-Item -LiteralPath (Join-Path $script:Target 'certs/edge1') -Recurse -Force
    Complete-Night -Text 'night 3' -Number 3 3>$null
    Assert-Equal (Get-Text $script:Target 'lyncert.toml') 'new'
    $aside = @(Get-ChildItem -LiteralPath $place -Force | Where-Object { $_.Name -like '.contoso.kept-*' })
    Assert-Equal $aside.Count '1'
    Assert-Equal (Get-Text $aside[0].FullName 'lyncert.toml') 'old'
    Assert-Equal (Get-Text $aside[0].FullName 'certs/edge1/certs/edge1/My.xml') 'edge'
    Assert-Equal (Test-Path -LiteralPath (Join-Path $aside[0].FullName 'certs/fe1')) 'False'
    Assert-Equal (Get-Text (Get-PreviousPath) 'lyncert.toml') 'new'
}

Test-That 'after a run that was cut between its last names the previous collection gives what was laid into it' {
    $null = New-Place
    $script:Replace = $true
    Add-Collection -Folder (Get-PreviousPath) -File 'certs/fe1/My.xml' -Text 'night 1'
    Add-Collection -Folder (Join-Path (Get-PreviousPath) 'certs/edge1') -File 'certs/edge1/My.xml' -Text 'edge'
    Add-File -Folder (Get-PreviousPath) -Relative 'lyncert.toml' -Text 'policy'
    Complete-Night -Text 'night 2' -Number 2
    Assert-Equal (Get-Text $script:Target 'certs/edge1/certs/edge1/My.xml') 'edge'
    Assert-Equal (Get-Text $script:Target 'lyncert.toml') 'policy'
}

Test-That 'a deletion that was cut goes on from where it was' {
    $place = New-Place
    $script:Replace = $true
    Add-Collection -Folder $script:Target -File 'certs/fe1/My.xml' -Text 'night 2'
    $previous = Get-PreviousPath
    # The own manifest is gone already, and of the Edge's files all but the manifest.
    Add-Collection -Folder (Join-Path $previous 'certs/edge1') -File 'certs/edge1/My.xml' -Text 'edge'
    Remove-Item -LiteralPath (Join-Path $previous 'certs/edge1/certs') -Recurse -Force
    New-Item -ItemType Directory -Path (Join-Path $previous 'certs/fe1') | Out-Null
    Add-Collection -Folder (Join-Path $script:Target 'certs/edge1') -File 'certs/edge1/My.xml' -Text 'edge'
    Assert-Equal (Get-Obstacle) ''
    Complete-Night -Text 'night 3' -Number 3
    Assert-Equal (Get-Text $previous 'certs/fe1/My.xml') 'night 2'
    Assert-Equal (Get-Text $script:Target 'certs/edge1/certs/edge1/My.xml') 'edge'
    Assert-Equal @(Get-ChildItem -LiteralPath $place -Force | Where-Object { $_.Name -like '*.kept-*' }).Count '0'
}

Test-That 'what cannot be kept, or is of others, stops the replacement and nothing has changed' {
    $null = New-Place
    $script:Replace = $true
    Add-Collection -Folder $script:Target -File 'certs/fe1/Root.xml' -Text 'night 1'
    # Of another run, and of this one too.
    Add-Collection -Folder (Join-Path $script:Target 'certs') -File 'fe1/My.xml' -Text 'theirs'
    $said = ''
    try {
        Complete-Night -Text 'night 2' -Number 2
    }
    catch {
        $said = "$_"
    }
    if ($said -notmatch 'could not be kept: certs/fe1/My\.xml is of this run too') {
        throw "said: $said"
    }
    Assert-Equal (Get-Text $script:Target 'certs/fe1/My.xml') 'theirs'
    Assert-Equal (Test-Path -LiteralPath (Get-PreviousPath)) 'False'

    foreach ($relative in @('certs/fe1/site.pfx', 'certs/edge1/lyncert.toml', 'certs/edge1/notes.txt', 'other.toml')) {
        $null = New-Place
        Add-Collection -Folder $script:Target -File 'certs/fe1/My.xml' -Text 'night 1'
        Add-Collection -Folder (Join-Path $script:Target 'certs/edge1') -File 'certs/edge1/My.xml' -Text 'edge'
        Add-File -Folder $script:Target -Relative $relative -Text 'of others'
        Assert-Equal (Get-Obstacle) "$($script:Target) holds $relative, which this script did not write; move it away"
    }
}

Test-That 'a link is never followed, and stops the replacement' {
    $place = New-Place
    $script:Replace = $true
    Add-Collection -Folder $script:Target -File 'certs/fe1/My.xml' -Text 'night 1'
    Add-Collection -Folder (Join-Path $place 'elsewhere') -File 'certs/edge1/My.xml' -Text 'edge'
    New-Item -ItemType SymbolicLink -Path (Join-Path $script:Target 'certs/edge1') -Target (Join-Path $place 'elsewhere') | Out-Null
    Assert-Equal (Get-Obstacle) "$($script:Target) holds certs/edge1, which this script did not write; move it away"
    Assert-Equal @(Get-KeptPaths -Folder $script:Target).Count '0'
}

Write-Output "$passed passed, $failed failed"
if ($failed -gt 0) {
    exit 1
}
exit 0
