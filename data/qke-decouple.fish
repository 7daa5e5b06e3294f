# Completion of qke-decouple for fish: options, files, section.key= and the values of keys that list them. The
# words are the program's own: qke-decouple --help words.

function __qke_decouple_words
    set -l command (commandline -opc)
    $command[1] --help words 2>/dev/null
end

# Keys, or of one key the values.
function __qke_decouple_settings
    set -l current (commandline -ct)
    if string match -q '*=*' -- $current
        __qke_decouple_words | string match -r '^[^-\t]+=[^\t]+'
    else
        __qke_decouple_words | string match -r '^[^-\t][^\t]*=\t.*'
    end
end

function __qke_decouple_topics
    set -l keys (__qke_decouple_words | string match -r '^[^-\t][^\t]*=\t.*' | string replace '=' '')
    printf '%s\n' all $keys
    printf '%s\n' $keys | string replace -r '\..*' '' | sort -u
end

# Those that end so, and folders.
function __qke_decouple_files --argument-names ending
    set -l current (commandline -ct)
    set -l files $current*$ending $current*/
    printf '%s\n' $files
end

function __qke_decouple_previous
    set -l command (commandline -opc)
    contains -- $command[-1] $argv
end

complete -c qke-decouple -f
complete -c qke-decouple -n '__qke_decouple_previous --set' -a '(__qke_decouple_settings)'
complete -c qke-decouple -n '__qke_decouple_previous -h --help' -a '(__qke_decouple_topics)'
complete -c qke-decouple -n '__qke_decouple_previous -o --output' -a '(__qke_decouple_files .h5)'
complete -c qke-decouple -n 'not __qke_decouple_previous --set -h --help -o --output --threads' \
    -a '(__qke_decouple_files .toml)'
complete -c qke-decouple -n 'string match -q -- "-*" (commandline -ct)' \
    -a '(__qke_decouple_words | string match -r "^--.*")'
