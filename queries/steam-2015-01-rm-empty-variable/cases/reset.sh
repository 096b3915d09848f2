#!/usr/bin/env bash
# What an installer does when it starts over.

ROOT="$(cd "${0%/*}" && pwd)"
CACHE=$1

reset() {
    # bug: rm-on-possibly-empty-variable
    rm -rf "$ROOT/"*
    # bug: rm-on-possibly-empty-variable
    rm -fr ${ROOT}/* "$HOME/.installed"
    # bug: rm-on-possibly-empty-variable
    rm -r --force "${ROOT}"/.[!.]*
    if [ -d "$CACHE" ]; then
        # bug: rm-on-possibly-empty-variable
        sudo rm -Rf -- "$CACHE"/ 2>/dev/null
    fi
    # bug: rm-on-possibly-empty-variable
    echo "starting over" && rm --recursive "$ROOT/$CACHE"
    for dir in a b; do
        # bug: rm-on-possibly-empty-variable
        (cd "$dir" && /bin/rm -rf \
            "$ROOT"/{bin,lib})
    done
}

drop() {
    # bug: rm-on-possibly-empty-variable
    find "$ROOT" -newer "$2" && rm -rf "$1"/
}

careful() {
    # Only said, not done.
    # ok: rm-on-possibly-empty-variable
    echo rm -rf "$ROOT/"*
    # ok: rm-on-possibly-empty-variable
    rm -rf "${ROOT:?}/"*
    # ok: rm-on-possibly-empty-variable
    rm -rf "${ROOT:?no folder}"/{bin,lib}
    # Nothing happens if it is empty.
    # ok: rm-on-possibly-empty-variable
    rm -rf -- "$ROOT"
    # ok: rm-on-possibly-empty-variable
    rm -rf "${CACHE:-/var/tmp/installer}"/*
    # ok: rm-on-possibly-empty-variable
    rm -rf "$ROOT/steam-runtime"
    # ok: rm-on-possibly-empty-variable
    rm -rf /var/tmp/installer/"$CACHE"
    # Not recursive: folders stay.
    # ok: rm-on-possibly-empty-variable
    rm -f "$ROOT/"*.log
    # ok: rm-on-possibly-empty-variable
    ls -R "$ROOT/"*
}
