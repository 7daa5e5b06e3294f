#!/bin/bash
# Many runs from one configuration: each row of a table gives the values of some keys, and one output file.
# Started again after any end, even a kill, it goes on with the rows that are not done. docs/scans.md explains it.
set -eu

usage="usage: scripts/scan.sh BASE.toml TABLE.csv [-o FOLDER] [options] [-- SBATCH_OPTION ...]

  -o FOLDER               where everything goes (default: the table's name without .csv)
  --engine parallel       GNU parallel on this machine (default)
  --engine slurm          a job array for Slurm; what follows -- goes to sbatch
  --jobs N                runs at the same time (default: as many as fill the processors; with slurm, as many as it lets)
  --threads N             threads of one run (default: 1)
  --rows-per-task N       with slurm: rows that one task of the array works off (default: 10)
  --program PROGRAM       default: build/bin/qke-decouple of this source tree, else that of the PATH

example: scripts/scan.sh configs/quick.toml table.csv -o scan && scripts/collect.py scan"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# fail "problem (why it is one). Remedy." [STATUS]
fail() {
  echo "scan.sh: $1" >&2
  exit "${2:-2}"
}

# A row that cannot go on from its file begins anew; the file is kept as NAME.h5.damaged.
set_aside_if_damaged() {
  local status=0
  "$here/run_reader.py" "$1.h5" 2> /dev/null < /dev/null || status=$?
  [ "$status" -ne 1 ] || mv -f -- "$1.h5" "$1.h5.damaged"
}

# Ends the run $1 and GNU parallel when the scan is gone, even by kill -9: then the lock that it held is free.
start_watch() {
  watch=""
  [ -n "${QKE_SCAN_ALIVE:-}" ] || return 0
  flock --shared "$QKE_SCAN_ALIVE" /bin/sh -c 'kill -TERM "$@" 2> /dev/null' sh "$1" "${PARALLEL_PID:-}" 9>&- &
  watch=$!
}

# Runs the program in the background, so that signals are passed on at once; its status is that of the function.
run_program() {
  local status=0 child
  "$program" "$@" > /dev/null < /dev/null &
  child=$!
  trap 'kill -TERM $child 2> /dev/null' TERM INT HUP
  start_watch $child
  wait $child || status=$?
  while kill -0 $child 2> /dev/null; do  # wait was interrupted by a signal
    status=0
    wait $child || status=$?
  done
  [ -z "$watch" ] || kill "$watch" 2> /dev/null || true
  return $status
}

# One row: its name and key=value words, separated by tabs. What went wrong is left in rows/NAME.failed.
run_row() {
  local words word name left resume=() settings=() message status=0
  IFS=$'\t' read -r -a words <<< "$1"
  name=$folder/rows/${words[0]}
  for word in "${words[@]:1}"; do settings+=(--set "$word"); done
  for left in "$name".h5.tmp.*; do [ ! -e "$left" ] || rm -f -- "$left"; done
  [ ! -e "$name.h5" ] || set_aside_if_damaged "$name"
  [ ! -e "$name.h5" ] || resume=(--resume)
  run_program "$folder/base.toml" -o "$name.h5" --quiet --threads "$threads" "${resume[@]}" "${settings[@]}" \
    2> "$name.messages" || status=$?
  message=$(tr '\n\t\r' '   ' < "$name.messages")
  rm -f -- "$name.messages"
  case $status in
    0) rm -f -- "$name.failed" ;;
    75 | 129 | 130 | 138 | 140 | 143 | 152) ;;  # asked to stop: not a failure
    *) printf '%s\t%s\n' "$status" "$message" > "$name.failed" ;;
  esac
  return $status
}

# The rows of one task of a Slurm array. A task that was started again skips what it has done before.
run_task() {
  local first=$((SLURM_ARRAY_TASK_ID * rows_per_task + 1)) line status=0
  while IFS= read -r line; do
    if [ -e "$folder/rows/${line%%$'\t'*}.h5" ] && ! "$here/scan_table.py" "$folder/table.csv" "$folder" < /dev/null |
        grep -q "^${line%%$'\t'*}"; then
      continue
    fi
    run_row "$line" || status=1
  done < <(sed -n "$first,$((first + rows_per_task - 1))p" "$list")
  return $status
}

# The name of the program, whole, since tasks of a cluster may start elsewhere.
find_program() {
  if [ -z "$program" ]; then
    program=$here/../build/bin/qke-decouple
    [ -x "$program" ] || program=qke-decouple
  fi
  command -v "$program" > /dev/null || fail "there is no program $program (it has to be built first). Give it with --program."
  program=$(command -v "$program")
  program=$(realpath "$program")
}

# The first row that is valid shows that all keys are known; rows with bad values fail later, one by one.
check_keys() {
  local line words settings message
  while IFS= read -r line; do
    IFS=$'\t' read -r -a words <<< "$line"
    settings=()
    for word in "${words[@]:1}"; do settings+=(--set "$word"); done
    if message=$("$program" "$base" --check "${settings[@]}" 2>&1); then return; fi
    case $message in *"unknown key"* | *"unknown section"*) fail "$table: ${message#qke-decouple: }" ;; esac
  done <<< "$1"
}

# Whether the scan that wrote "process host" into the lock is alive on this machine.
scan_runs_here() {
  [ "$2" = "$(uname -n)" ] && kill -0 "$1" 2> /dev/null &&
    case $(ps -o args= -p "$1" 2> /dev/null) in *scan.sh*) true ;; *) false ;; esac
}

# Only one scan at a time works in a folder: children keep the lock, so that it outlives a killed parent. Its rows notice
# within moments that it is gone (start_watch), and save themselves.
lock_folder() {
  local job process="" host=""
  exec 9>> "$folder/.lock"
  if ! flock --nonblock 9; then
    read -r process host < "$folder/.lock" || true
    if [ -n "$process" ] && { [ "$host" != "$(uname -n)" ] || scan_runs_here "$process" "$host"; }; then
      fail "$folder is in use (scan.sh is process $process on $host). Wait for it, or end it with kill $process."
    fi
    echo "scan.sh: waiting for what is left of another scan in $folder${process:+ (process $process)}" >&2
    flock --timeout 60 9 ||
      fail "$folder is in use (rows of a scan that was killed${process:+, process $process,} still run). End them."
  fi
  : > "$folder/.lock"
  echo "$$ $(uname -n)" >&9
  [ -s "$folder/slurm_job" ] || return 0
  job=$(cat "$folder/slurm_job")
  # Not COMPLETING, in which tasks that are over remain for a while.
  if [ -n "$(squeue --noheader --jobs "$job" --states=PENDING,RUNNING,SUSPENDED,CONFIGURING,STOPPED 2> /dev/null)" ]; then
    fail "$folder is in use (job $job of Slurm is not over). Wait for it, or scancel it."
  fi
}

prepare_folder() {
  mkdir -p -- "$folder/rows" || fail "$folder cannot be made (see above). Give another one with -o." 4
  folder=$(unset CDPATH && cd -- "$folder" && pwd && echo .)  # a name may end with a line break
  folder=${folder%$'\n.'}
  lock_folder
  if [ -e "$folder/base.toml" ]; then
    cmp -s "$base" "$folder/base.toml" ||
      fail "$base differs from the configuration of the scan in $folder (its runs would be others). Use another folder."
  fi
  pending=$("$here/scan_table.py" "$table" "$folder") || exit 2
  [ -z "$pending" ] || check_keys "$pending"
  cp "$base" "$folder/base.toml.tmp" && mv "$folder/base.toml.tmp" "$folder/base.toml"
  cp "$table" "$folder/table.csv.tmp" && mv "$folder/table.csv.tmp" "$folder/table.csv"
}

# As many as one run would take: the program asks for its affinity, control groups, Slurm and OpenMP.
usable_threads() {
  local usable
  usable=$("$program" --version < /dev/null | sed -n 's/^threads  *\([0-9]*\)$/\1/p')
  echo "${usable:-1}"
}

run_with_parallel() {
  command -v parallel > /dev/null || fail "GNU parallel is not installed (it distributes the runs). apt install parallel."
  local bar=() child usable
  [ ! -t 2 ] || bar=(--bar)
  usable=$(usable_threads)
  [ -n "$jobs" ] || jobs=$((usable > threads ? usable / threads : 1))
  printf '%s\n' "$pending" > "$folder/pending"
  # Nothing of the user's is in what GNU parallel replaces or a shell reads: names go by the environment, rows by number.
  export QKE_SCAN_SCRIPT=$here/scan.sh QKE_SCAN_PROGRAM=$program QKE_SCAN_FOLDER=$folder QKE_SCAN_THREADS=$threads
  export QKE_SCAN_ALIVE=$folder/.alive PARALLEL_SHELL=/bin/sh
  exec 8> "$QKE_SCAN_ALIVE"
  flock 8  # held as long as this process lives
  # Runs have time to save themselves before parallel kills them.
  seq 1 "$(wc -l < "$folder/pending")" |
    parallel --will-cite --jobs "$jobs" --joblog "$folder/joblog" --termseq TERM,20000,KILL,25 "${bar[@]}" \
      '"$QKE_SCAN_SCRIPT" --run-row {}' 8>&- &
  child=$!
  # A second signal makes parallel stop its jobs instead of waiting for them.
  trap 'kill -TERM $child; sleep 0.2; kill -TERM $child 2> /dev/null; wait $child || true; exit 143' INT TERM HUP
  wait $child || true
  trap - INT TERM HUP
}

# A word for the shell of a batch script, which need not be bash.
quoted() {
  local quote="'\\''"
  printf "'%s' " "${1//\'/$quote}"
}

submit_to_slurm() {
  command -v sbatch > /dev/null || fail "sbatch is not installed (it submits the job array). Use --engine parallel."
  local rows tasks command="exec " word job
  rows=$(wc -l <<< "$pending")
  # Clusters allow some 1000 tasks in an array.
  rows_per_task=$((rows > 1000 * rows_per_task ? (rows + 999) / 1000 : rows_per_task))
  tasks=$(((rows + rows_per_task - 1) / rows_per_task))
  mkdir -p "$folder/slurm"
  list=$folder/slurm/rows
  printf '%s\n' "$pending" > "$list"
  for word in "$here/scan.sh" --run-task "$program" "$folder" "$threads" "$list" "$rows_per_task"; do
    command+=$(quoted "$word")" "
  done
  # With --wait its status is that of the rows; a job that was refused has no number.
  sbatch --parsable --job-name=qke-scan --array="0-$((tasks - 1))${jobs:+%$jobs}" --cpus-per-task="$threads" \
    --output="${folder//%/%%}/slurm/%A_%a.log" "$@" --wrap "$command" > "$folder/slurm_job" || true
  job=$(cut -d ';' -f 1 "$folder/slurm_job")
  echo "$job" > "$folder/slurm_job"
  [ -n "$job" ] || fail "sbatch refused the job (its message is above). Give what the cluster asks for after --."
  case " $* " in
    *" --wait "* | *" -W "*) report ;;
    *) echo "submitted job $job: $rows rows in $tasks tasks. Start the scan again when it is over, to see what is left" ;;
  esac
}

report() {
  local failed left
  echo "row,status,message" > "$folder/failed.csv"
  for failed in "$folder"/rows/*.failed; do
    [ -e "$failed" ] || continue
    echo "$(basename "$failed" .failed),$(sed 's/"/""/g; s/\t/,"/; s/$/"/' "$failed")" >> "$folder/failed.csv"
  done
  failed=$(($(wc -l < "$folder/failed.csv") - 1))
  left=$("$here/scan_table.py" "$folder/table.csv" "$folder" | wc -l)
  if [ "$left" -eq 0 ]; then
    rm -f "$folder/failed.csv"
    echo "all rows are done: scripts/collect.py $folder gathers them"
  else
    fail "$left rows are not done ($failed of them failed: see $folder/failed.csv). Start the scan again for another try." 1
  fi
}

case ${1:-} in
  --run-row)
    program=$QKE_SCAN_PROGRAM folder=$QKE_SCAN_FOLDER threads=$QKE_SCAN_THREADS
    run_row "$(sed -n "$2p" "$folder/pending")"
    exit
    ;;
  --run-task)
    program=$2 folder=$3 threads=$4 list=$5 rows_per_task=$6
    run_task
    exit
    ;;
esac

base="" table="" folder="" engine=parallel jobs="" threads=1 rows_per_task=10 program=""
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) echo "$usage" && exit ;;
    --)
      shift
      break
      ;;
    -o | --output | --engine | --jobs | --threads | --rows-per-task | --program)
      [ $# -gt 1 ] || fail "$1 has no value (it needs one). See scripts/scan.sh --help."
      case $1 in
        -o | --output) folder=$2 ;;
        --engine) engine=$2 ;;
        --program) program=$2 ;;
        *)
          [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || fail "$1 $2 is out of range (a number from 1 on is needed). Leave it out."
          case $1 in --jobs) jobs=$2 ;; --threads) threads=$2 ;; *) rows_per_task=$2 ;; esac
          ;;
      esac
      shift 2
      ;;
    -*) fail "unknown option $1 (a misspelling). See scripts/scan.sh --help." ;;
    *)
      [ -z "$table" ] || fail "unexpected argument $1 (two files are needed). See scripts/scan.sh --help."
      if [ -z "$base" ]; then base=$1; else table=$1; fi
      shift
      ;;
  esac
done
[ -n "$table" ] || fail "a configuration and a table are needed (${base:-none} was given). See scripts/scan.sh --help."
[ -f "$base" ] || fail "$base: no such file (it is the configuration of the scan). Check the name."
folder=${folder:-${table%.csv}}

find_program
prepare_folder
if [ -z "$pending" ]; then
  report
elif [ "$engine" = parallel ]; then
  [ $# -eq 0 ] || fail "$1 is not an option of scan.sh (options after -- are for sbatch). Use --engine slurm."
  run_with_parallel
  report
elif [ "$engine" = slurm ]; then
  submit_to_slurm "$@"
else
  fail "--engine $engine is unknown (parallel and slurm are known). Choose one."
fi
