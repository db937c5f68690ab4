#!/bin/sh
# Sees to it that there is a Chromium for the page tests: the machine's own, else Debian's package, else Playwright's.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the page tests (once) ..."
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1; then
        exit 0
    fi
fi
"$1" install chromium >/dev/null 2>&1 && exit 0
echo "The page tests need a Chromium. Install one, for example: sudo apt install chromium" >&2
exit 1
