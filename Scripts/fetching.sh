# What the scripts share that fetch a package of PyPI once; sourced by them. They exit with 3 after one line where pip or the network is
# missing: everything else works without.

# Begins that line, with what is fetched, and makes $work, a folder inside FOLDER for unpacking.
begin() { # begin FOLDER TEXT
    printf '%s: %s: ' "${0##*/}" "$2"
    python3 -m pip --version >/dev/null 2>&1 || without "python3 -m pip is missing (Scripts/setup mind installs it)"
    mkdir -p "$1"
    work=$(mktemp -d "$1/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
}
without() { # without REASON
    echo "not fetched: $1"
    exit 3
}
check() { # check SHA256 FILE
    echo "$1  $2" | sha256sum --check --status || { echo "${2##*/} is not the file that was expected"; exit 1; }
}
wheel() { # wheel NAME==VERSION SHA256: unpacks it below $work.
    python3 -m pip --disable-pip-version-check download -q --no-deps --only-binary :all: --timeout 20 --retries 1 -d "$work" \
        "$1" >"$work/log" 2>&1 || without "$(tail -n 1 "$work/log")"
    local file
    file=$(echo "$work"/*.whl)
    check "$2" "$file"
    python3 -m zipfile -e "$file" "$work"
    rm "$file"
}
