# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_ostler_global_optspecs
    string join \n C/project= config= h/help V/version
end

function __fish_ostler_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_ostler_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_ostler_using_subcommand
    set -l cmd (__fish_ostler_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c ostler -n "__fish_ostler_needs_command" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_needs_command" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_needs_command" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_needs_command" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "run" -d 'Run in the foreground: one app, or everything in ostler.toml'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "start" -d 'The same in the background; returns when the app serves'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "stop" -d 'Stop what runs: requests in flight finish first'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "status" -d 'Show apps and workers'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "ls" -d 'Show apps and workers'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "list" -d 'Show apps and workers'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "ps" -d 'Show apps and workers'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "reload" -d 'Replace all workers with new ones, without losing a request; reads ostler.toml again'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "restart" -d 'Replace one worker, the new one ready first'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "scale" -d 'Set the number of workers'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "logs" -d 'Show what workers wrote, or look for something in it'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "top" -d 'A live view of apps, routes and logs, with keys to reload, scale and restart'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "diagram" -d 'Draw the architecture as it runs: edge, routes, apps, workers, and whom they talk to'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "purge" -d 'Take replies out of the cache'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "cache" -d 'Show what the cache keeps'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "store" -d 'Print the store\'s URL, with its password: redis-cli -u "$(ostler store)"'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "admin" -d 'What one needs to log in at the dashboard: the token, or the hash of a password'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "check" -d 'Check the config, and say every mistake at once'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "audit" -d 'Say what the config and the apps\' packages leave open, and what cures it'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "explain" -d 'Say what a config key does, its default and unit'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "import" -d 'Turn PM2\'s ecosystem.config.js into an ostler.toml'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "upgrade" -d 'Hand the listening sockets over to a new ostler binary, without refusing a connection'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "completions" -d 'Print shell completions'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "man" -d 'Print the man page'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "reference" -d 'Print a page of the reference'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "__warden" -d 'Waits for Ostler to end and kills what it leaves behind'
complete -c ostler -n "__fish_ostler_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ostler -n "__fish_ostler_using_subcommand run" -s l -l listen -d 'Address to listen on, e.g. :8080, 127.0.0.1:3000' -r
complete -c ostler -n "__fish_ostler_using_subcommand run" -s w -l workers -d 'How many workers: a number, MIN-MAX, or "cores" [default: cores]' -r
complete -c ostler -n "__fish_ostler_using_subcommand run" -l env-file -d 'Read environment from this file for the workers' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand run" -l node-args -d 'Arguments for node before the script, e.g. "--import tsx"' -r
complete -c ostler -n "__fish_ostler_using_subcommand run" -l admin -d 'Address of the admin API, or "off" [default: 127.0.0.1:7700]' -r
complete -c ostler -n "__fish_ostler_using_subcommand run" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand run" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand run" -l watch -d 'Reload when files of the project change'
complete -c ostler -n "__fish_ostler_using_subcommand run" -l takeover -d 'Take the sockets over from the running Ostler (used by `ostler upgrade`)'
complete -c ostler -n "__fish_ostler_using_subcommand run" -l daemon -d 'Run as the daemon that `ostler start` began'
complete -c ostler -n "__fish_ostler_using_subcommand run" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand run" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand start" -s l -l listen -d 'Address to listen on, e.g. :8080, 127.0.0.1:3000' -r
complete -c ostler -n "__fish_ostler_using_subcommand start" -s w -l workers -d 'How many workers: a number, MIN-MAX, or "cores" [default: cores]' -r
complete -c ostler -n "__fish_ostler_using_subcommand start" -l env-file -d 'Read environment from this file for the workers' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand start" -l node-args -d 'Arguments for node before the script, e.g. "--import tsx"' -r
complete -c ostler -n "__fish_ostler_using_subcommand start" -l admin -d 'Address of the admin API, or "off" [default: 127.0.0.1:7700]' -r
complete -c ostler -n "__fish_ostler_using_subcommand start" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand start" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand start" -l watch -d 'Reload when files of the project change'
complete -c ostler -n "__fish_ostler_using_subcommand start" -l takeover -d 'Take the sockets over from the running Ostler (used by `ostler upgrade`)'
complete -c ostler -n "__fish_ostler_using_subcommand start" -l daemon -d 'Run as the daemon that `ostler start` began'
complete -c ostler -n "__fish_ostler_using_subcommand start" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand start" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand stop" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand stop" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand stop" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand stop" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand status" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand status" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand status" -l json -d 'As JSON (documented and stable)'
complete -c ostler -n "__fish_ostler_using_subcommand status" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand status" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand ls" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand ls" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand ls" -l json -d 'As JSON (documented and stable)'
complete -c ostler -n "__fish_ostler_using_subcommand ls" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand ls" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand list" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand list" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand list" -l json -d 'As JSON (documented and stable)'
complete -c ostler -n "__fish_ostler_using_subcommand list" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand list" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand ps" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand ps" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand ps" -l json -d 'As JSON (documented and stable)'
complete -c ostler -n "__fish_ostler_using_subcommand ps" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand ps" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand reload" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand reload" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand reload" -l json -d 'As JSON'
complete -c ostler -n "__fish_ostler_using_subcommand reload" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand reload" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand restart" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand restart" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand restart" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand restart" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand scale" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand scale" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand scale" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand scale" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s n -l lines -l limit -d 'How many lines of the past' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s g -l grep -d 'Only lines in which this text stands; may be given several times' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s e -l regex -d 'Only lines that match this regular expression; may be given several times' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -l level -d 'Only lines of this level or a graver one: trace, debug, info, warn, error, fatal' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -l field -d 'Only lines with a field such as this: status>=500, req.id=abc, user!=anna, msg~timeout; may be given several times' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -l worker -d 'Only lines of the worker with this number' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -l since -d 'Only lines since then: 15m (ago), 2026-11-25, 2026-11-25T14:48:44Z' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -l until -d 'Only lines before then' -r
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand logs" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s f -l follow -d 'Go on showing what comes'
complete -c ostler -n "__fish_ostler_using_subcommand logs" -l json -d 'As JSON, one object a line'
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s i -l ignore-case -d 'Capitals do not matter to --grep and --regex'
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand logs" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand top" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand top" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand top" -l once -d 'Print the view once and end'
complete -c ostler -n "__fish_ostler_using_subcommand top" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand top" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -s f -l format -d 'The form of the picture [default: as the file\'s name ends, else svg]' -r -f -a "svg\t'A drawing for browsers, light or dark as the reader prefers'
png\t'Pixels, on a light ground. Needs a font on this machine'
mermaid\t'Text for documents that draw it themselves, such as Markdown on GitHub'
json\t'Nodes and edges with their places and figures'"
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -s o -l output -d 'Write it to this file [default: to stdout]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -l font -d 'A TrueType or OpenType file for the text of a PNG [default: a sans-serif font of this machine]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -l dark -d 'Draw on a dark ground [default: light; an SVG is as its reader prefers]'
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ostler -n "__fish_ostler_using_subcommand diagram" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand purge" -l prefix -d 'Every URL that begins so' -r
complete -c ostler -n "__fish_ostler_using_subcommand purge" -l tag -d 'Every reply with this tag in its Cache-Tag or Surrogate-Key' -r
complete -c ostler -n "__fish_ostler_using_subcommand purge" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand purge" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand purge" -l all -d 'Everything'
complete -c ostler -n "__fish_ostler_using_subcommand purge" -l soft -d 'Make replies stale instead of removing them: where stale replies may be used, they still are'
complete -c ostler -n "__fish_ostler_using_subcommand purge" -l json -d 'As JSON'
complete -c ostler -n "__fish_ostler_using_subcommand purge" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand purge" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand cache" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand cache" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand cache" -l json -d 'As JSON'
complete -c ostler -n "__fish_ostler_using_subcommand cache" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand cache" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand store" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand store" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand store" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand store" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and not __fish_seen_subcommand_from hash token help" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand admin; and not __fish_seen_subcommand_from hash token help" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand admin; and not __fish_seen_subcommand_from hash token help" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and not __fish_seen_subcommand_from hash token help" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and not __fish_seen_subcommand_from hash token help" -f -a "hash" -d 'Read a password and print its hash, for [admin.user.NAME] password in ostler.toml'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and not __fish_seen_subcommand_from hash token help" -f -a "token" -d 'Print the token that logs in at the dashboard and opens the admin API'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and not __fish_seen_subcommand_from hash token help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from hash" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from hash" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from hash" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from hash" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from token" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from token" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from token" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from token" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "hash" -d 'Read a password and print its hash, for [admin.user.NAME] password in ostler.toml'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "token" -d 'Print the token that logs in at the dashboard and opens the admin API'
complete -c ostler -n "__fish_ostler_using_subcommand admin; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ostler -n "__fish_ostler_using_subcommand check" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand check" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand check" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand check" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand audit" -l fail-on -d 'Exit with 10 only for findings that are at least so bad [default: medium]' -r -f -a "low\t'Worth knowing; a second line of defence'
medium\t'A usual attack has one obstacle less'
high\t'An attack works as it stands'"
complete -c ostler -n "__fish_ostler_using_subcommand audit" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand audit" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand audit" -l json -d 'As JSON'
complete -c ostler -n "__fish_ostler_using_subcommand audit" -l no-packages -d 'Do not ask package managers about the apps\' packages'
complete -c ostler -n "__fish_ostler_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ostler -n "__fish_ostler_using_subcommand audit" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand explain" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand explain" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand explain" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand explain" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand import" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand import" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand import" -l write -d 'Write ostler.toml instead of printing it'
complete -c ostler -n "__fish_ostler_using_subcommand import" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand import" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand upgrade" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand upgrade" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand upgrade" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand upgrade" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand completions" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand completions" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand completions" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand completions" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand man" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand man" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand man" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand man" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand reference" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand reference" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand reference" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ostler -n "__fish_ostler_using_subcommand reference" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand __warden" -s C -l project -d 'The project\'s folder (where ostler.toml or the script is) [default: the current one]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand __warden" -l config -d 'The config file [default: ostler.toml in the project\'s folder]' -r -F
complete -c ostler -n "__fish_ostler_using_subcommand __warden" -s h -l help -d 'Print help'
complete -c ostler -n "__fish_ostler_using_subcommand __warden" -s V -l version -d 'Print version'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "run" -d 'Run in the foreground: one app, or everything in ostler.toml'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "start" -d 'The same in the background; returns when the app serves'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "stop" -d 'Stop what runs: requests in flight finish first'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "status" -d 'Show apps and workers'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "reload" -d 'Replace all workers with new ones, without losing a request; reads ostler.toml again'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "restart" -d 'Replace one worker, the new one ready first'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "scale" -d 'Set the number of workers'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "logs" -d 'Show what workers wrote, or look for something in it'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "top" -d 'A live view of apps, routes and logs, with keys to reload, scale and restart'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "diagram" -d 'Draw the architecture as it runs: edge, routes, apps, workers, and whom they talk to'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "purge" -d 'Take replies out of the cache'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "cache" -d 'Show what the cache keeps'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "store" -d 'Print the store\'s URL, with its password: redis-cli -u "$(ostler store)"'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "admin" -d 'What one needs to log in at the dashboard: the token, or the hash of a password'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "check" -d 'Check the config, and say every mistake at once'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "audit" -d 'Say what the config and the apps\' packages leave open, and what cures it'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "explain" -d 'Say what a config key does, its default and unit'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "import" -d 'Turn PM2\'s ecosystem.config.js into an ostler.toml'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "upgrade" -d 'Hand the listening sockets over to a new ostler binary, without refusing a connection'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "completions" -d 'Print shell completions'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "man" -d 'Print the man page'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "reference" -d 'Print a page of the reference'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "__warden" -d 'Waits for Ostler to end and kills what it leaves behind'
complete -c ostler -n "__fish_ostler_using_subcommand help; and not __fish_seen_subcommand_from run start stop status reload restart scale logs top diagram purge cache store admin check audit explain import upgrade completions man reference __warden help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c ostler -n "__fish_ostler_using_subcommand help; and __fish_seen_subcommand_from admin" -f -a "hash" -d 'Read a password and print its hash, for [admin.user.NAME] password in ostler.toml'
complete -c ostler -n "__fish_ostler_using_subcommand help; and __fish_seen_subcommand_from admin" -f -a "token" -d 'Print the token that logs in at the dashboard and opens the admin API'
