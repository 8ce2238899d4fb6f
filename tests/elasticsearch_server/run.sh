#!/bin/bash
# A real Elasticsearch in the foreground, on 127.0.0.1, for the tests.
#
#   run.sh [HTTP_PORT (0, the default: any free one; 21000-29999: the first free one)] [HOME_DIR] [setting=value …]
#
# Needs java, javac and mvn. The first run of a version fetches some 30 MB of jars and compiles the launcher; both stay
# in the cache. Prints "STARTED http://127.0.0.1:PORT in N ms" when the server answers; SIGTERM stops it.
#
# Environment: ES_VERSION (6.8.23, what the platform runs, unless 7.17.28 is wanted), TILBUDSSPEJL_CACHE (the cache's
# folder), ES_AUTHORIZATION and ES_STOP_AT_EOF (see Launcher.java), ES_LOG (WARN), ES_JAVA_FLAGS, JAVA (the java to run).
set -euo pipefail
version=${ES_VERSION:-6.8.23}
case $version in
  6.8.* | 7.17.*) ;;
  *)
    echo "run.sh: ES_VERSION=$version: only 6.8 and 7.17 start this way" >&2
    exit 2
    ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
port=${1:-0}
home=${2:-$(mktemp -d "${TMPDIR:-/tmp}/elasticsearch-home.XXXXXX")}
shift $(( $# < 2 ? $# : 2 ))

# Everything in the cache is named for the version and the files it comes from and moved there whole,
# so that two clones, or two runs at once, never see each other's half-made things.
cache=${TILBUDSSPEJL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tilbudsspejl/elasticsearch}
jars=$cache/jars-$version-$(cksum < "$here/pom.xml" | cut -d ' ' -f 1)
classes=$cache/classes-$version-$(cat "$here/pom.xml" "$here/Launcher.java" | cksum | cut -d ' ' -f 1)
mkdir -p "$cache"
work=""
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
keep() { # keep FOLDER: the work folder becomes FOLDER, unless another run was first
  chmod 755 "$work"
  [ -e "$1" ] || mv "$work" "$1"
  rm -rf "$work"
  work=""
}
if [ ! -e "$jars" ]; then
  work=$(mktemp -d "$cache/fetching.XXXXXX")
  mvn -q -B -f "$here/pom.xml" -Des.version="$version" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$work" < /dev/null >&2
  keep "$jars"
fi
if [ ! -e "$classes" ]; then
  work=$(mktemp -d "$cache/compiling.XXXXXX")
  javac -nowarn -encoding UTF-8 -d "$work" -cp "$jars/*" "$here/Launcher.java" < /dev/null >&2
  keep "$classes"
fi

mkdir -p "$home/tmp"
# shellcheck disable=SC2086 # ES_JAVA_FLAGS holds several words
exec "${JAVA:-java}" -Xms512m -Xmx512m -XX:MaxDirectMemorySize=128m -XX:+UseSerialGC ${ES_JAVA_FLAGS-} \
  -Djava.io.tmpdir="$home/tmp" -Dfile.encoding=UTF-8 -Des.log="${ES_LOG:-WARN}" \
  -Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true \
  -Des.distribution.flavor=default -Des.distribution.type=docker \
  -Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true \
  -cp "$classes:$jars/*" Launcher "$home" "$port" "$@"
