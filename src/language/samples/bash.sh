#!/usr/bin/env bash
# Packs yesterday's logs and reports how much room that saved.
set -euo pipefail

readonly folder="${1:?usage: bash.sh FOLDER}"
declare -a packed=()

size_of() {
  local file="$1"
  stat --format=%s -- "$file"
}

saved=0
while IFS= read -r -d '' log; do
  before=$(size_of "$log")
  gzip --keep -- "$log" || continue
  saved=$((saved + before - $(size_of "$log.gz")))
  packed+=("$log")
done < <(find "$folder" -name '*.log' -mtime +0 -print0)

case "${#packed[@]}" in
  0) echo "nothing to pack" >&2 ;;
  *) printf '%d files, %d bytes saved\n' "${#packed[@]}" "$saved" ;;
esac

cat <<REPORT
folder: $folder
saved:  ${saved}
REPORT
