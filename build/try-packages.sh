#!/usr/bin/env bash
# Installs the packages as their users do, in an empty home and an empty root, and reads one picture in each way. The
# rows must be the same. Prints the seconds of each step.
#     build/try-packages.sh          packs the build of the solution, and takes dependencies from the user's cache
#     build/try-packages.sh FOLDER   takes the packages of a release, and downloads their dependencies
# It needs the build in Release, dpkg, curl, file, and root or sudo. With FOLDER and debootstrap, the empty root is a
# Debian; otherwise it has only the libraries that infer needs.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
chmod 755 "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TIMEFORMAT='    %1R s'

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Keeps standard output, because a failing step has redirected its own.
exec 3>&1
finish() {
    local code=$?
    [ $code = 0 ] || cat "$work/log" >&3
    as_root rm -rf "$work"
    exit $code
}
trap finish EXIT

# Runs a command. Its output appears only if it fails.
step() {
    echo "$1"
    time "${@:2}" > "$work/log" 2>&1
}

# Reads the picture with infer, and compares the row with the first.
reads() {
    (cd "$work" && "${@:2}" seven.png --quiet) > "$work/$1.jsonl"
    cmp "$work/tool.jsonl" "$work/$1.jsonl"
}

# A version of its own, because NuGet prefers a version in its cache.
pack() {
    local version project
    version=$(dotnet msbuild "$repository/src/OnnxDigits.Cli" -getProperty:VersionPrefix).$(date +%s)
    for project in Inference Imaging Cli Server; do
        dotnet pack "$repository/src/OnnxDigits.$project" -c Release --no-build --nologo -o "$packages" \
            -p:PackageVersion="$version" -p:IsPackable=true
    done
    "$repository/build/package-infer.sh" "$packages"
}

three_lines() {
    cd "$work/program"
    dotnet new console
    bash -ec "$(grep '^dotnet add package' "$repository/README.md")"
    sed -n '/^```csharp$/,/^```$/p' "$repository/README.md" | sed '1d; /^```$/,$d' > Program.cs
    cp "$work/seven.png" photo.jpg
    dotnet run > digit.txt
    grep '^7 (.*), Ok$' digit.txt
}

tool() {
    dotnet tool install --global OnnxDigits.Cli
    reads tool "$HOME/.dotnet/tools/infer"
}

# NuGet lets only the owner run the files that it unpacks.
tool_for_all() {
    dotnet tool install OnnxDigits.Cli --tool-path "$work/tools"
    chmod -R a+rX "$work/tools"
    reads tool-for-all as_nobody "$work/tools/infer"
}

as_nobody() {
    as_root setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/ DOTNET_ROOT="${DOTNET_ROOT:-}" "$@"
}

server() {
    local port=$((20000 + RANDOM % 20000)) pid
    dotnet tool install --global OnnxDigits.Server
    "$HOME/.dotnet/tools/digit-server" --port $port --grpc-port $((port + 1)) &
    pid=$!
    until curl -sf --data-binary @"$work/seven.png" "http://localhost:$port/digits" > "$work/server.jsonl"; do
        kill -0 $pid
        sleep 0.1
    done
    kill $pid
    wait $pid || true
    cmp <(row tool) <(row server)
}

# Prints a row without the path.
row() { sed 's/.*"label"/"label"/' "$work/$1.jsonl"; }

archive() {
    tar -xzf "$packages"/infer-*.tar.gz -C "$work"
    reads archive "$work"/infer-*/infer
}

debian_package() {
    if [ -n "$release" ] && PATH=$PATH:/usr/sbin command -v debootstrap; then
        as_root debootstrap --variant=minbase stable "$root"
        as_root cp "$packages"/infer_*.deb "$root/infer.deb"
        as_root chroot "$root" dpkg --install /infer.deb
    else
        mkdir -p "$root"/usr/{lib,lib64} "$root"/var/lib/dpkg/{info,updates}
        touch "$root/var/lib/dpkg/status"
        ln -s usr/lib usr/lib64 "$root"
        as_root dpkg --root="$root" --force-depends --install "$packages"/infer_*.deb
        # The libraries of the packages that it depends on.
        dpkg-deb --field "$packages"/infer_*.deb Depends | sed 's/([^)]*)//g' | tr ',|' '\n' > "$work/depends"
        (xargs dpkg --listfiles < "$work/depends" || true) | grep '\.so\.[0-9]*$' > "$work/libraries"
        xargs ldd < "$work/libraries" | grep -o '/[^ ]*\.so[.0-9]*' >> "$work/libraries"
        as_root xargs cp --parents --dereference -t "$root" < "$work/libraries"
    fi
    as_root cp "$work/seven.png" "$root"
    reads debian as_root chroot --userspec=65534:65534 "$root" infer
}

release= packages=$work/packages root=$work/root
dotnet run --project "$repository/src/OnnxDigits.Training" -c Release --no-build -- \
    digits export "$work/digits" --data generated --count 10 > "$work/log"
cp "$work"/digits/7/*.png "$work/seven.png"
if [ $# = 1 ]; then
    release=1 packages=$(realpath "$1")
else
    step "pack" pack
    export NUGET_FALLBACK_PACKAGES=${NUGET_PACKAGES:-$HOME/.nuget/packages}
fi
unset NUGET_PACKAGES
export HOME=$work/home
mkdir "$HOME" "$work/program"
dotnet nuget add source "$packages" --name OnnxDigits > "$work/log"
step "dotnet tool install OnnxDigits.Cli" tool
step "dotnet tool install OnnxDigits.Cli by root, run by nobody" tool_for_all
step "dotnet tool install OnnxDigits.Server" server
step "the archive" archive
step "the Debian package in an empty root, run by nobody" debian_package
step "the README's three lines" three_lines
cat "$work/tool.jsonl" "$work/program/digit.txt"

cd "$work"
shopt -s nullglob
for program in tools/infer home/.dotnet/tools/digit-server infer-*/infer root/usr/lib/infer/infer; do
    echo "$program: $(file -bL "$program" | cut -d, -f1,2)"
    ldd "$program" "$(dirname "$program")"/*.so | tee needed | grep -o '^\s[^ ]*' | sort -u | paste -sd' '
    if grep 'not found' needed; then exit 1; fi
done
