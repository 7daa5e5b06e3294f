// The sums over the nodes k of nu-e collisions, on plain arrays: compiled once for every
// instruction set (kernels/electron_sums.cpp).
#pragma once

namespace qke {

// Column-major: the tables of ElectronRates (nodes x nodes), and a column per component of
// what they are summed over (nodes x columns; NeutrinoElectron::add_kind).
struct ElectronSumsInput {
  int nodes, columns;
  const double *R1, *R2, *A1, *A2;
  const double *scattered, *annihilated;
};

// squared = R1 scattered + A1 annihilated, mixed = A2 annihilated - R2 scattered.
using ElectronSums = void (*)(const ElectronSumsInput& input, double* squared, double* mixed);

namespace baseline {
ElectronSums electron_sums();
}
namespace avx2 {
ElectronSums electron_sums();
}
namespace avx512 {
ElectronSums electron_sums();
}

}  // namespace qke
