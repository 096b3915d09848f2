<#
.SYNOPSIS
Lists the stations that sent nothing today.
#>
param(
    [Parameter(Mandatory = $true)]
    [string]$Folder,
    [int]$Hours = 24
)

$ErrorActionPreference = 'Stop'

function Get-SilentStation {
    param([string]$Path, [datetime]$Since)

    # One file per station, named after it.
    $files = Get-ChildItem -Path $Path -Filter '*.log' | Where-Object { $_.LastWriteTime -lt $Since }
    foreach ($file in $files) {
        [pscustomobject]@{ Name = $file.BaseName; Last = $file.LastWriteTime }
    }
}

try {
    $silent = @(Get-SilentStation -Path $Folder -Since (Get-Date).AddHours(-$Hours))
    if ($silent.Count -gt 0) {
        Write-Output "$($silent.Count) silent: $($silent.Name -join ', ')"
    } else {
        Write-Output 'all stations sent something'
    }
} catch {
    Write-Error $_.Exception.Message
    exit 1
}
