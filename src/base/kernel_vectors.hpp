// Vectors of QKE_LANES doubles for kernels that are compiled once for each instruction set,
// with QKE_NAMESPACE and QKE_LANES from cmake/InstructionSets.cmake. They are the
// compiler's (GCC, Clang), not a library's: the copy of an inline function that was
// compiled for a processor that is not there might be the one that the linker keeps.
#pragma once

#define QKE_INLINE static inline __attribute__((always_inline))

namespace qke::QKE_NAMESPACE {
namespace {

constexpr int lanes = QKE_LANES;

// Rows begin anywhere: UnalignedVector reads and writes them at any double.
typedef double Vector __attribute__((vector_size(8 * QKE_LANES)));
typedef double UnalignedVector __attribute__((vector_size(8 * QKE_LANES), aligned(8), may_alias));

QKE_INLINE Vector load(const double* p) { return *reinterpret_cast<const UnalignedVector*>(p); }
QKE_INLINE Vector all(double value) { return value - Vector{}; }

// Place of the element (a, b), a != b, of a 3x3 matrix among 01, 02, 12.
QKE_INLINE constexpr int pair(int a, int b) { return a + b - 1; }

}  // namespace
}  // namespace qke::QKE_NAMESPACE
