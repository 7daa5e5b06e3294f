// Cost of one collision evaluation against the number of momenta, of a factorisation, and
// of whole runs.
#include <benchmark/benchmark.h>

#include <cmath>

#include "collisions/collision_integral.hpp"
#include "collisions/neutrino_neutrino.hpp"
#include "config/configuration.hpp"
#include "dense_products.hpp"
#include "numerics/lu_factorisation.hpp"
#include "run/error_estimate.hpp"
#include "support/electron_collisions.hpp"
#include "support/states.hpp"

namespace {

using namespace qke;

constexpr double y_max = 24.0;
double z_reference(double x) { return 1.0 + 0.4 * x * x / (x * x + 9.0); }

template <class Scalar>
DensityMatrices<3, Scalar> state(int nodes) {
  const auto random = independent::random_state(nodes, 1);
  if constexpr (std::is_same_v<Scalar, double>) {
    DensityMatrices<3, double> real;
    for (const auto& X : random.nu) real.nu.push_back(X.real());
    for (const auto& X : random.bar) real.bar.push_back(X.real());
    return real;
  } else {
    return random;
  }
}

template <class Scalar, AntineutrinoRelation relation, int threads>
void neutrino_neutrino(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  const NeutrinoNeutrino collisions(grid, std::make_shared<ThreadPool>(threads));
  const ActiveDensities rho = active_densities<3, Scalar>(state<Scalar>(nodes), relation);
  CollisionRates rates(rho);
  for (auto _ : timing) {
    collisions.add(rho, rates);
    benchmark::DoNotOptimize(rates.nu.gain.by_node().data());
  }
  timing.SetComplexityN(nodes);
}

void neutrino_electron(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  const NeutrinoElectron collisions = independent::electron_collisions(grid, 0.23122);
  const ElectronRates table = integrate_electron_rates(grid, 0.5, 1.01);
  const ActiveDensities rho = active_densities<3, independent::Complex>(state<independent::Complex>(nodes),
                                                                        AntineutrinoRelation::independent);
  CollisionRates rates(rho);
  for (auto _ : timing) {
    collisions.add(table, 1.01, rho, rates);
    benchmark::DoNotOptimize(rates.nu.gain.by_node().data());
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

void dense_products(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  for (auto _ : timing) benchmark::DoNotOptimize(benchmark_support::dense_products(nodes));
  timing.counters["GFLOP/s"] =
      benchmark::Counter(96e-9 * nodes * nodes * nodes, benchmark::Counter::kIsIterationInvariantRate);
  timing.SetComplexityN(nodes);
}

// The response of the neutrinos around their flavour diagonals.
void neutrino_neutrino_response(benchmark::State& timing) {
  const int nodes = static_cast<int>(timing.range(0));
  const MomentumGrid grid({nodes, y_max});
  const NeutrinoNeutrino collisions(grid);
  const Spectra f = Spectra::Constant(3, nodes, 0.3), fbar = Spectra::Constant(3, nodes, 0.2);
  KindResponse response(nodes);
  for (auto _ : timing) collisions.add_response(f, fbar, response);
  timing.SetComplexityN(nodes);
}

// Scheme qke has 9 N + 1 unknowns.
void factorisation(benchmark::State& timing) {
  const auto n = 9 * timing.range(0) + 1;
  const Eigen::MatrixXd A = Eigen::MatrixXd::Random(n, n);
  LuFactorisation lu;
  for (auto _ : timing) lu.factorise(A);
  timing.SetComplexityN(timing.range(0));
}

// A run of a preset with its error estimate, without reading and writing files.
void preset(benchmark::State& timing, Scheme scheme, Precision precision, int threads) {
  Parameters parameters;
  parameters.run.scheme = scheme;
  const PrecisionDefaults defaults = precision_defaults(precision);
  parameters.grid = {defaults.nodes, defaults.y_max};
  parameters.integrator.relative_tolerance = defaults.relative_tolerance;
  parameters.integrator.absolute_tolerance = defaults.absolute_tolerance;
  parameters.integrator.max_order = default_max_order(scheme);
  for (auto _ : timing) {
    RunRecord record = run(parameters, threads, {});
    add_error_estimate(parameters, record, threads, {});
    benchmark::DoNotOptimize(record.summary.N_eff_error);
  }
}

void momenta(benchmark::internal::Benchmark* benchmark) {
  for (const int nodes : {20, 40, 80, 160}) benchmark->Arg(nodes);
  benchmark->Unit(benchmark::kMillisecond)->Complexity();
}

BENCHMARK(neutrino_neutrino<double, AntineutrinoRelation::equal, 1>)->Apply(momenta);
BENCHMARK(neutrino_neutrino<independent::Complex, AntineutrinoRelation::conjugate, 1>)->Apply(momenta);
BENCHMARK(neutrino_neutrino<independent::Complex, AntineutrinoRelation::independent, 1>)->Apply(momenta);
BENCHMARK(neutrino_electron)->Apply(momenta);
BENCHMARK(electron_table_interpolation)->Apply(momenta);
BENCHMARK(electron_table_construction)->Apply(momenta);
BENCHMARK(dense_products)->Apply(momenta);
BENCHMARK(neutrino_neutrino_response)->Arg(20)->Arg(40)->Arg(80)->Unit(benchmark::kMillisecond);
BENCHMARK(factorisation)->Apply(momenta);
// One thread against two: the same clock for both.
BENCHMARK(neutrino_neutrino<independent::Complex, AntineutrinoRelation::independent, 1>)
    ->Name("speed_up/threads:1")
    ->Arg(80)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(neutrino_neutrino<independent::Complex, AntineutrinoRelation::independent, 2>)
    ->Name("speed_up/threads:2")
    ->Arg(80)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(preset, atao_fast, Scheme::atao, Precision::fast, 1)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(preset, qke_standard, Scheme::qke, Precision::standard, 2)
    ->Unit(benchmark::kSecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(preset, qke_high, Scheme::qke, Precision::high, 2)
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->UseRealTime();

}  // namespace
