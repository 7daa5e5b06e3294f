#include "model/electron_rate_factors.hpp"

#include <algorithm>
#include <cmath>

namespace qke {
namespace {

// Slopes at the rows: the weighted harmonic mean of the secants beside a row, 0 at an
// extremum; the secant at either end.
Eigen::ArrayXd monotone_slopes(const Eigen::ArrayXd& x, const Eigen::ArrayXd& f) {
  const Eigen::Index last = x.size() - 1;
  const Eigen::ArrayXd width = x.tail(last) - x.head(last);
  const Eigen::ArrayXd secant = (f.tail(last) - f.head(last)) / width;
  Eigen::ArrayXd slopes(x.size());
  slopes(0) = secant(0);
  slopes(last) = secant(last - 1);
  for (Eigen::Index n = 1; n < last; ++n) {
    const double before = 2.0 * width(n) + width(n - 1), after = width(n) + 2.0 * width(n - 1);
    const bool is_extremum = secant(n - 1) * secant(n) <= 0.0;
    slopes(n) = is_extremum ? 0.0 : (before + after) / (before / secant(n - 1) + after / secant(n));
  }
  return slopes;
}

}  // namespace

ElectronRateFactors::ElectronRateFactors(const ExtraParameters& parameters) : scale_(parameters.rate_scale) {
  const auto rows = static_cast<Eigen::Index>(parameters.rate_table.size());
  if (rows == 0) return;
  ln_T_.resize(rows);
  factors_.resize(rows, 2);
  slopes_ = Eigen::ArrayX2d::Zero(rows, 2);
  Eigen::Index n = 0;
  for (const RateTableRow& row : parameters.rate_table) {
    ln_T_(n) = std::log(row.T_MeV);
    factors_.row(n++) << row.annihilation, row.scattering;
  }
  if (rows == 1) return;
  for (int column = 0; column < 2; ++column) {
    slopes_.col(column) = monotone_slopes(ln_T_, factors_.col(column));
  }
}

// Hermite's cubic from row n to row n + 1, written so that equal rows give their value
// exactly.
ElectronRateFactors::Factors ElectronRateFactors::at(double T_gamma) const {
  const Eigen::Index rows = ln_T_.size();
  if (rows == 0) return {scale_, scale_};
  const double x = std::clamp(std::log(T_gamma), ln_T_(0), ln_T_(rows - 1));
  const Eigen::Index above = std::upper_bound(ln_T_.begin(), ln_T_.end(), x) - ln_T_.begin();
  if (above == rows) return {scale_ * factors_(rows - 1, 0), scale_ * factors_(rows - 1, 1)};
  const Eigen::Index n = above - 1;
  const double width = ln_T_(above) - ln_T_(n), t = (x - ln_T_(n)) / width;
  const auto value = [&](int column) {
    const double change = factors_(above, column) - factors_(n, column);
    const double first = slopes_(n, column) * width, last = slopes_(above, column) * width;
    return factors_(n, column) +
           t * (t * (3.0 - 2.0 * t) * change + (1.0 - t) * ((1.0 - t) * first - t * last));
  };
  return {scale_ * value(0), scale_ * value(1)};
}

}  // namespace qke
