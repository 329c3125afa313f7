#!/usr/bin/env bash
# Chromium and a Chinese font for the browser tests, when missing and when we may install them; else those tests skip with a reason.
set -u
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then echo "chromium is there"; exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "no chromium, and this user cannot install it: the browser tests will be skipped"; exit 0
fi
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
