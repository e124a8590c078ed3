#!/usr/bin/env bash
# Starts the app as a user does, on an X server with a window manager: it opens an incident, plays, steps, and
# ends when it is told to. usage: smoke_on_x11.sh PROGRAM
set -euo pipefail
program=$1
for tool in Xvfb openbox xdotool; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: there is no $tool"
        exit 77
    fi
done

work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
export HOME=$work XDG_CONFIG_HOME=$work XDG_RUNTIME_DIR=$work QT_QPA_PLATFORM=xcb
chmod 700 "$work"

mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1400x900x24 3>"$work/display" 2>/dev/null &
read -r number <"$work/display"
export DISPLAY=:$number
openbox >/dev/null 2>&1 &
# A window that is made while the manager begins may be taken by nobody.
for _ in $(seq 100); do
    ! xdotool search --name '^Openbox$' >/dev/null 2>&1 || break
    sleep 0.1
done
"$program" db-outage-30s --theme light 2>"$work/errors" &
app=$!

# xdotool's own waiting misses a window that appears between its first look and its wait.
window=
for _ in $(seq 300); do
    window=$(xdotool search --onlyvisible --name 'db-outage-30s.*Daruma' 2>/dev/null | head -n 1) || true
    [[ -z $window ]] || break
    sleep 0.1
done
[[ -n $window ]] || { echo "no window appeared"; cat "$work/errors"; exit 1; }
xdotool windowfocus --sync "$window"
title() { xdotool getwindowname "$window"; }
echo "open: $(title)"
xdotool key --window "$window" Home space
sleep 1
xdotool key --window "$window" space g Right ctrl+Left e f End
sleep 0.5
kill -0 "$app" || { echo "it ended by itself"; cat "$work/errors"; exit 1; }
# The window may be gone before the key is up again.
xdotool key --window "$window" ctrl+q 2>/dev/null || true
for _ in $(seq 100); do
    kill -0 "$app" 2>/dev/null || break
    sleep 0.1
done
if kill -0 "$app" 2>/dev/null; then
    echo "it does not end when it is told to"
    exit 1
fi
wait "$app"
grep -v -e propagateSizeHints "$work/errors" && { echo "it complained"; exit 1; }
echo "opened, played, stepped, ended"
