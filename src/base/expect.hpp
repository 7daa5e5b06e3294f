// Contracts at the borders where arrays and their sizes meet: checked in builds for
// development (Debug, and all with sanitizers), where a broken one is printed and the
// program aborts. Release does not evaluate them.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define QKE_EXPECTS 1
#endif
#endif
#if !defined(NDEBUG) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define QKE_EXPECTS 1
#endif

namespace qke {

[[noreturn]] void report_broken_contract(const char* condition, const char* file, int line);

}  // namespace qke

#ifdef QKE_EXPECTS
#define QKE_EXPECT(condition) \
  (static_cast<bool>(condition) ? void() : ::qke::report_broken_contract(#condition, __FILE__, __LINE__))
#else
#define QKE_EXPECT(condition) static_cast<void>(sizeof(static_cast<bool>(condition)))
#endif
