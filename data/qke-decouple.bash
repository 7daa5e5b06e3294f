# Completion of qke-decouple for bash: options, configurations, keys of --set with a "=" after them.

# section.key of every key, from the program itself.
_qke_decouple_keys() {
  "$1" /dev/null --print-config 2> /dev/null |
    sed -n -e 's/^\[\(.*\)\]$/\1./; t section' -e 's/^\([A-Za-z0-9_]*\) = .*/\1/; t key' -e d \
      -e ':section' -e h -e d -e ':key' -e 'G; s/\(.*\)\n\(.*\)/\2\1/p'
}

_qke_decouple() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  case $previous in
    --set)
      compopt -o nospace
      mapfile -t COMPREPLY < <(compgen -S = -W "$(_qke_decouple_keys "${COMP_WORDS[0]}")" -- "$current")
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
    mapfile -t COMPREPLY < <(compgen -W "--help --output --set --resume --force --threads --json --quiet --check
      --print-config --version" -- "$current")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -X '!*.toml' -- "$current"; compgen -d -- "$current")
  fi
}

complete -F _qke_decouple qke-decouple
