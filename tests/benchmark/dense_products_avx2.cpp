#define Eigen Eigen_dense_products
#include "dense_products.hpp"

#include <Eigen/Core>

namespace qke::benchmark_support {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

double dense_products(int nodes) {
  constexpr int columns = 36;
  static const Matrix kernel = Matrix::Ones(640, 640);
  static const RowMatrix fields = RowMatrix::Ones(640, columns);
  double sum = 0.0;
  const auto multiply = [&](int count) {
    const RowMatrix result = kernel.topLeftCorner(count, count) * fields.topRows(count);
    sum += result(count - 1, columns - 1);
  };
  for (int d = 0; d < nodes; ++d) multiply(nodes - d), multiply(nodes - d);
  for (int n = 0; n <= 2 * (nodes - 1); ++n) multiply(n < nodes ? n + 1 : 2 * nodes - 1 - n);
  return sum;
}

}  // namespace qke::benchmark_support
