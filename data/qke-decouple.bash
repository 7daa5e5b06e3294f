# Completion of qke-decouple for bash: options, files, section.key= and the values of keys that list them. The
# words are the program's own: qke-decouple --help words.

_qke_decouple() {
  local line=${COMP_LINE:0:COMP_POINT} current before words
  current=${line##*[[:space:]]}
  before=${line%"$current"}
  read -r -a before <<< "$before"
  mapfile -t words < <("${COMP_WORDS[0]}" --help words 2> /dev/null | cut -f 1)
  COMPREPLY=()
  case ${before[-1]} in
    --set)
      # All keys, or of one key all values.
      local pattern='*='
      [[ $current == *=* ]] && pattern='*=?*'
      local word
      for word in "${words[@]}"; do
        # shellcheck disable=SC2053 # a pattern
        [[ $word == $pattern && $word == "$current"* ]] && COMPREPLY+=("$word")
      done
      [[ $current == *=* ]] || compopt -o nospace
      # Where "=" separates words bash wants only what comes after it.
      [[ $COMP_WORDBREAKS == *=* && $current == *=* ]] && COMPREPLY=("${COMPREPLY[@]#*=}")
      return
      ;;
    -h | --help)
      local topics
      topics=$(printf '%s\n' "${words[@]}" | sed -n 's/=$//p')
      mapfile -t COMPREPLY < <(compgen -W "all $topics $(sed 's/\..*//' <<< "$topics" | sort -u)" -- "$current")
      return
      ;;
    -o | --output)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -X '!*.h5' -- "$current"; compgen -d -- "$current")
      return
      ;;
    --threads) return ;;
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(printf '%s\n' "${words[@]}" | grep '^-')" -- "$current")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -X '!*.toml' -- "$current"; compgen -d -- "$current")
  fi
}

complete -F _qke_decouple qke-decouple
