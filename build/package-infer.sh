#!/usr/bin/env bash
# Compiles infer for this Linux system, and packs it for download and for Debian:
#     build/package-infer.sh DIR
# writes infer-VERSION-linux-x64.tar.gz and, where dpkg-deb is installed, infer_VERSION_amd64.deb to DIR. The same commit
# gives the same bytes on the same system. Needs a C compiler and objdump.
set -euo pipefail
out=$(realpath -m "$1")
cd "$(dirname "$0")/.."
version=$(dotnet msbuild src/OnnxDigits.Cli -getProperty:Version)
case $(uname -m) in
    x86_64) architecture=amd64 system=linux-x64 ;;
    aarch64) architecture=arm64 system=linux-arm64 ;;
    *) echo "package-infer: there is no library of ONNX Runtime for $(uname -m)." >&2; exit 1 ;;
esac
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

program=$work/infer-$version-$system
dotnet publish src/OnnxDigits.Cli -c Release --use-current-runtime -p:PublishAot=true -o "$program" -v q --nologo
cp LICENSE "$program"
# The files of NuGet packages are executable, and readable by the owner only.
find "$program" -type f -exec chmod 644 {} + -o -type d -exec chmod 755 {} +
chmod 755 "$program/infer"
tar --create --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$work" \
    "infer-$version-$system" | gzip -n > "$out/infer-$version-$system.tar.gz"

command -v dpkg-deb > /dev/null || exit 0
# Prints a manual page of the help texts.
manual() {
    text() { sed 's/\\/\\e/g; s/-/\\-/g; s/^\([.'\'']\)/\\\&\1/'; }
    echo ".TH INFER 1 \"$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)\" \"infer $version\" \"User Commands\""
    printf '%s\n' '.SH NAME' 'infer \- read handwritten digits from image files' '.SH DESCRIPTION' .nf
    "$program/infer" --help | text
    for command in evaluate merge info devices completion; do
        printf '%s\n' .fi ".SH INFER ${command^^}" .nf
        "$program/infer" "$command" --help | text
    done
    echo .fi
}

root=$work/root
library=$root/usr/lib/infer
documents=$root/usr/share/doc/infer
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$documents" "$root/usr/share/man/man1" \
    "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
    "$root/usr/share/fish/vendor_completions.d" "$root/usr/lib"
cp -r "$program" "$library"
mv "$library/LICENSE" "$documents/copyright"
mv "$library/licenses" "$documents/"
ln -s ../lib/infer/infer "$root/usr/bin/infer"
manual | gzip -9n > "$root/usr/share/man/man1/infer.1.gz"
gzip -9n < CHANGELOG.md > "$documents/changelog.gz"
"$program/infer" completion bash > "$root/usr/share/bash-completion/completions/infer"
"$program/infer" completion zsh > "$root/usr/share/zsh/vendor-completions/_infer"
"$program/infer" completion fish > "$root/usr/share/fish/vendor_completions.d/infer.fish"
# The newest version of a library's symbols that a file needs.
newest() { objdump -T "$library"/infer "$library"/*.so | grep -o "$1_[0-9.]*" | sort -Vu | tail -1 | cut -d_ -f2; }
# .NET opens libssl when it first computes a digest, as of a model.
cat > "$root/DEBIAN/control" <<END
Package: infer
Version: $version
Architecture: $architecture
Maintainer: The OnnxDigits contributors <noreply@onnxdigits.invalid>
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: libc6 (>= $(newest GLIBC)), libgcc-s1, libssl3 | libssl3t64, libstdc++6
Section: graphics
Priority: optional
Description: read handwritten digits from image files
 Reads photographs, scans and drawings, one digit or many in each, with networks
 that were trained on MNIST, and writes tables, CSV, JSON lines or Parquet.
END
chmod -R u=rwX,go=rX "$root"
chmod 755 "$library/infer"
dpkg-deb --build --root-owner-group "$root" "$out/infer_${version}_$architecture.deb" > /dev/null
