# Shared by the scripts: where things are, Debian packages by name, npm packages by lock file, the CMake build.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export root
release=$root/build/release

say() { printf '== %s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "\"$*\" needs root: run this as root, or install sudo"
  fi
}

# missing_packages NAME…: prints those that dpkg does not have installed.
missing_packages() {
  local have
  have=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$have")
}

# install_packages NAME…: does nothing, and asks nobody, when all are there.
install_packages() {
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "installing ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  # A foreign package source of this machine may be out of reach; what is really missing shows below.
  as_root "${apt[@]}" update >&2 || say "apt-get update reported a problem; going on"
  local try
  for try in 1 2 3; do
    as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2 && return 0
    say "apt-get install failed (try $try of 3)"
    sleep $((try * 3))
  done
  die "these Debian packages could not be installed: ${missing[*]}"
}

# npm_install FOLDER: node_modules exactly as the lock file says, unless they are already.
npm_install() {
  local folder=$1 stamp=$1/node_modules/.careline-lock try
  if [ -f "$stamp" ] && cmp -s "$stamp" "$folder/package-lock.json"; then return 0; fi
  say "npm packages of ${folder#"$root"/}"
  for try in 1 2 3; do
    if (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund >&2); then
      cp "$folder/package-lock.json" "$stamp"
      return 0
    fi
    say "npm ci failed (try $try of 3)"
    sleep $((try * 3))
  done
  die "the npm packages of ${folder#"$root"/} could not be installed"
}

# vendor_console: the console's three scripts lie in bot/console/assets/vendor/, where CMake embeds them.
vendor_console() {
  local from=$root/bot/console/vendor to=$root/bot/console/assets/vendor
  npm_install "$from"
  mkdir -p "$to"
  local pair
  for pair in htmx.org/dist/htmx.min.js htmx-ext-sse/dist/sse.min.js idiomorph/dist/idiomorph-ext.min.js; do
    cmp -s "$from/node_modules/$pair" "$to/${pair##*/}" || cp "$from/node_modules/$pair" "$to/${pair##*/}"
  done
}

# configure_release: build/release is ready for ninja. Ninja itself asks CMake again when a list of files changes.
configure_release() {
  local cache=$release/CMakeCache.txt
  if [ -f "$cache" ] && ! grep -qx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    rm -rf "$release"  # the checkout was moved or copied; CMake refuses such a folder
  fi
  [ -f "$release/build.ninja" ] && return 0
  cmake -S "$root" -B "$release" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >&2
}

# build_release TARGET…
build_release() {
  configure_release
  ninja -C "$release" -j "$(nproc)" "$@" >&2
}

# our_cpp_files PATTERN…: our own C++ files by name pattern, relative to the root, sorted.
our_cpp_files() {
  local -a names=() folders=()
  local pattern folder
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  for folder in bot config store handlers tests; do
    if [ -d "$root/$folder" ]; then folders+=("$folder"); fi
  done
  (cd "$root" && find "${folders[@]}" -name node_modules -prune -o \
    -type f \( "${names[@]:1}" \) -print | sort)
}
