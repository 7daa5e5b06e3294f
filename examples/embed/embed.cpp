// N_eff for some values of the Fermi constant.
#include <cstdio>
#include <string>

#include "qke/error.hpp"
#include "qke/run.hpp"

int main() {
  try {
    for (const std::string G_F : {"1.1e-5", "1.1663787e-5", "1.2e-5"}) {
      const qke::Parameters parameters =
          qke::parse_configuration("[run]\nprecision = \"fast\"", "example", {"weak.G_F_per_GeV2=" + G_F});
      const qke::Summary summary = qke::solve(parameters).summary;
      std::printf("%s %.6f +- %.0e\n", G_F.c_str(), summary.N_eff, summary.N_eff_error);
    }
  } catch (const qke::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.status());
  }
}
