// The environment in which a program lives at another time (Debian's faketime); its monotonic clock stays true.
import { existsSync } from 'node:fs';

/** `more` says which time: FAKETIME, or FAKETIME_TIMESTAMP_FILE with a file that may be written again. */
export function fakeTime(more) {
  const library = `/usr/lib/${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}-linux-gnu/faketime/libfaketimeMT.so.1`;
  if (!existsSync(library)) throw new Error(`${library} is missing; the Debian package faketime has it`);
  return { LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'Asia/Taipei', ...more };
}
