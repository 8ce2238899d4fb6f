#!/bin/sh
# Chromium without the pages that it keeps ready for its own window, which nobody sees: a process for each of them, for
# every window (a browser context has one). Of several --disable-features it heeds only the last, so these are added to
# what it was given.
#
# Environment: CHROMIUM (the program).
for argument; do
  shift
  case $argument in
    --disable-features=*) argument="$argument,WebUIOmniboxPopup,WebUIOmniboxAimPopup,PreloadTopChromeWebUI,SpareRendererForSitePerProcess" ;;
  esac
  set -- "$@" "$argument"
done
exec "$CHROMIUM" "$@"
