#include "config/rate_table.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "config/toml_value.hpp"

namespace qke {
namespace {

[[noreturn]] void fail(const std::string& problem) { throw std::runtime_error(problem); }

// From two or three numbers.
std::optional<RateTableRow> row_of(const std::vector<double>& numbers) {
  if (numbers.size() != 2 && numbers.size() != 3) return std::nullopt;
  return RateTableRow{numbers[0], numbers[1], numbers.back()};
}

std::optional<RateTableRow> row_of(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<double> numbers;
  for (const auto& item : *array) {
    const auto number = as_real(item);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return row_of(numbers);
}

double number_of(const std::string& word, const std::string& line) {
  double value = 0.0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, value);
  if (error == std::errc() && rest == end) return value;
  fail("has " + shown("'" + word + "'") + " in line " + line +
       " (it is no number). Write numbers as 1.05 or 1e-3, and # before comments.");
}

RateTableRow row_of(std::string text, const std::string& line) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ',' || c == '\t' || c == '\r'; }, ' ');
  std::vector<double> numbers;
  std::istringstream words(text);
  for (std::string word; words >> word;) numbers.push_back(number_of(word, line));
  const auto row = row_of(numbers);
  if (!row) {
    fail("has " + std::to_string(numbers.size()) + " columns in line " + line +
         " (expected: T_MeV K_annihilation K_scattering, or T_MeV K). Give two or three.");
  }
  return *row;
}

constexpr std::size_t largest_file = 1 << 20;  // bytes

std::string text_of(const std::filesystem::path& file) {
  std::error_code status;
  if (!std::filesystem::exists(file, status)) {
    fail(
        "is not found (no file '" + file.string() +
        "'; names are relative to the folder of the configuration, those of --set to the working directory). "
        "Check the name.");
  }
  if (!std::filesystem::is_regular_file(file, status)) {
    fail("is no file ('" + file.string() + "' is a directory or a device). Name a file.");
  }
  if (std::filesystem::file_size(file, status) > largest_file) {
    fail("is larger than 1 MB (no table of factors is). Check the name.");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream) fail("cannot be read (no permission, or a failing device). Check its permissions.");
  return text;
}

}  // namespace

std::optional<RateTable> as_rate_table(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  RateTable table;
  for (const auto& item : *array) {
    const auto row = row_of(item);
    if (!row) return std::nullopt;
    table.push_back(*row);
  }
  return table;
}

RateTable read_rate_table(const std::filesystem::path& file) {
  std::istringstream lines(text_of(file));
  RateTable table;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    table.push_back(row_of(line, std::to_string(number)));
  }
  if (table.empty())
    fail(
        "has no rows (every line is empty or a comment). Write a row for each temperature: T_MeV "
        "K_annihilation K_scattering.");
  return table;
}

}  // namespace qke
