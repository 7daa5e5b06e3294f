// For LD_PRELOAD: a file system on which the quota is used up. After QKE_QUOTA_BYTES
// bytes, written to files other than the standard streams, the call that QKE_QUOTA_AT
// names (write, fsync or close: local disks refuse the first, NFS any) fails with EDQUOT.
#include <dlfcn.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long> used_bytes = 0;

bool refuses(const char* call, int descriptor, long more_bytes) {
  constexpr int standard_streams = 3;
  const char *limit = std::getenv("QKE_QUOTA_BYTES"), *at = std::getenv("QKE_QUOTA_AT");
  if (descriptor < standard_streams || limit == nullptr || at == nullptr) return false;
  const bool is_used_up = (used_bytes += more_bytes) > std::atol(limit);
  if (!is_used_up || std::strcmp(at, call) != 0) return false;
  errno = EDQUOT;
  return true;
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  if (refuses("write", descriptor, static_cast<long>(count))) return -1;
  return real<ssize_t(int, const void*, std::size_t)>("write")(descriptor, bytes, count);
}

int fsync(int descriptor) {
  if (refuses("fsync", descriptor, 0)) return -1;
  return real<int(int)>("fsync")(descriptor);
}

int close(int descriptor) {
  const int result = real<int(int)>("close")(descriptor);
  return refuses("close", descriptor, 0) ? -1 : result;
}
}
