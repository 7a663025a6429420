// bench-slow-fsync: preloaded, makes every fsync and fdatasync take 2 ms longer, as on a disk slower than
// this one's.
#include <dlfcn.h>
#include <unistd.h>

#include <ctime>

namespace {

using Sync = int (*)(int);

int late(const char* name, int file) {
  const timespec pause{.tv_sec = 0, .tv_nsec = 2'000'000};
  ::nanosleep(&pause, nullptr);
  return reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name))(file);
}

}  // namespace

extern "C" int fsync(int file) { return late("fsync", file); }
extern "C" int fdatasync(int file) { return late("fdatasync", file); }
