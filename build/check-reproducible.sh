#!/usr/bin/env bash
# Checks that the current commit gives the same packages, byte for byte, in two folders, and prints their digests.
#     build/check-reproducible.sh         the libraries
#     build/check-reproducible.sh --all   also the commands, compiled for this system, and the archive and the Debian
#                                         package of infer
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap '[ $? = 0 ] || cat "$work/log"; rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# NuGet writes this time to the packages.
SOURCE_DATE_EPOCH=$(git -C "$repository" log -1 --format=%ct)
export SOURCE_DATE_EPOCH

libraries() {
    for project in OnnxDigits.Hosting OnnxDigits.Imaging OnnxDigits.Inference TorchOnnx TorchOnnx.OnnxRuntime; do
        dotnet pack src/$project -c Release -v q --nologo
    done
}

everything() {
    dotnet tool restore
    dotnet cake --target=Pack --native
    build/package-infer.sh artifacts/packages
}

for clone in "$work/one" "$work/another/folder"; do
    git clone -q "$repository" "$clone"
    cd "$clone"
    # Packages name the repository's origin.
    git remote set-url origin "$(git -C "$repository" remote get-url origin 2> /dev/null || echo "$repository")"
    if [ "${1:-}" = --all ]; then everything; else libraries; fi > "$work/log"
    cd artifacts/packages
    sha256sum -- * > "$work/$(basename "$clone").sums"
done
diff "$work/one.sums" "$work/folder.sums" > "$work/log"
cat "$work/one.sums"
