#!/bin/sh
# Installs what a deployment needs besides Python into the folder .tools, in pinned versions.
# To change a version, take the checksums from the release's own list (pulumi-<version>-checksums.txt,
# sops-v<version>.checksums.txt).
set -eu

PULUMI=3.259.0
SOPS=3.13.3
case $(uname -m) in
x86_64)
  pulumi_file=pulumi-v$PULUMI-linux-x64.tar.gz
  pulumi_sum=94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5
  sops_file=sops-v$SOPS.linux.amd64
  sops_sum=e5bec3346a873ae91d871550f3e698c1aad962aff462a080e40f25fde17fef6b
  ;;
aarch64)
  pulumi_file=pulumi-v$PULUMI-linux-arm64.tar.gz
  pulumi_sum=edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853
  sops_file=sops-v$SOPS.linux.arm64
  sops_sum=53b0abacd38ef1b12a66d6c100956691b9cefce018d91f81e73ddf7438b94d77
  ;;
*)
  echo "no tools are pinned for $(uname -m): add them to $0" >&2
  exit 1
  ;;
esac

# fetch URL SUM FILE
fetch() {
  curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$3" "$1"
  echo "$2  $3" | sha256sum --check --quiet -
}

mkdir -p .tools
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch "https://github.com/pulumi/pulumi/releases/download/v$PULUMI/$pulumi_file" "$pulumi_sum" "$work/pulumi.tar.gz"
fetch "https://github.com/getsops/sops/releases/download/v$SOPS/$sops_file" "$sops_sum" "$work/sops"
tar --extract --file "$work/pulumi.tar.gz" --directory .tools --strip-components 1
install -m 755 "$work/sops" .tools/sops
