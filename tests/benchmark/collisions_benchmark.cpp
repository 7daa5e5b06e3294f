// Cost of one collision evaluation against the number of momenta, and of a whole standard run.
#include <benchmark/benchmark.h>

#include <cmath>

#include "qke/collisions/collision_integral.hpp"
#include "qke/run.hpp"
#include "support/states.hpp"

namespace {

using namespace qke;

constexpr double y_max = 24.0;
double z_reference(double x) { return 1.0 + 0.4 * x * x / (x * x + 9.0); }

template <class Scalar>
DensityMatrices<Scalar> state(int nodes) {
  const auto random = independent::random_state(nodes, 1);
  if constexpr (std::is_same_v<Scalar, double>) {
    DensityMatrices<double> real;
    for (const auto& X : random.nu) real.nu.push_back(X.real());
    for (const auto& X : random.bar) real.bar.push_back(X.real());
    return real;
  } else {
    return random;
  }
}

template <class Scalar, Antineutrinos relation>
void neutrino_neutrino(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  const NeutrinoNeutrino collisions(grid);
  const auto rho = state<Scalar>(nodes);
  auto rates = independent::empty_rates<Scalar>(nodes);
  for (auto _ : timing) {
    collisions.add(rho, relation, rates);
    benchmark::DoNotOptimize(rates.nu.gain.data());
  }
  timing.SetComplexityN(nodes);
}

void neutrino_electron(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  const NeutrinoElectron collisions(grid, 0.23122);
  const ElectronRates table = integrate_electron_rates(grid, 0.5, 1.01);
  const auto rho = state<independent::Complex>(nodes);
  auto rates = independent::empty_rates<independent::Complex>(nodes);
  for (auto _ : timing) {
    collisions.add(table, 1.01, rho, Antineutrinos::independent, rates);
    benchmark::DoNotOptimize(rates.nu.gain.data());
  }
  timing.SetComplexityN(nodes);
}

void electron_table_interpolation(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  const ElectronRateTable table(grid, 0.5, 1.0, z_reference);
  benchmark::DoNotOptimize(table.at(0.7, z_reference(0.7)));  // the first use fills it
  for (auto _ : timing) benchmark::DoNotOptimize(table.at(0.7, z_reference(0.7)));
  timing.SetComplexityN(nodes);
}

// The table of a whole run, 20 to 0.01 MeV; it is filled where it is used.
void electron_table_construction(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  for (auto _ : timing) {
    const ElectronRateTable table(grid, 0.0255, 51.1, z_reference);
    for (double x = 0.0255; x < 51.1; x *= 1.2) benchmark::DoNotOptimize(table.at(x, z_reference(x)));
  }
  timing.SetComplexityN(nodes);
}

void neutrino_kernel_construction(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  for (auto _ : timing) benchmark::DoNotOptimize(NeutrinoNeutrino(grid));
  timing.SetComplexityN(nodes);
}

void standard_run(benchmark::State& timing) {
  for (auto _ : timing) benchmark::DoNotOptimize(run(Parameters{}, 1, {}).summary.N_eff);
}

void momenta(benchmark::internal::Benchmark* benchmark) {
  for (const int nodes : {20, 40, 80, 160}) benchmark->Arg(nodes);
  benchmark->Unit(benchmark::kMillisecond)->Complexity();
}

BENCHMARK(neutrino_neutrino<double, Antineutrinos::equal>)->Apply(momenta);
BENCHMARK(neutrino_neutrino<independent::Complex, Antineutrinos::conjugate>)->Apply(momenta);
BENCHMARK(neutrino_neutrino<independent::Complex, Antineutrinos::independent>)->Apply(momenta);
BENCHMARK(neutrino_electron)->Apply(momenta);
BENCHMARK(electron_table_interpolation)->Apply(momenta);
BENCHMARK(electron_table_construction)->Apply(momenta);
BENCHMARK(neutrino_kernel_construction)->Apply(momenta);
BENCHMARK(standard_run)->Unit(benchmark::kSecond)->Iterations(3);

}  // namespace
