// "Did you mean": the known name nearest to a mistyped one, for messages.
#include "config/suggestion.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/options.hpp"

namespace qke {
namespace {

std::vector<std::string_view> key_names(std::string_view section) {
  std::vector<std::string_view> names;
  for (const auto& option : options()) {
    if (option.section == section) names.push_back(option.name);
  }
  return names;
}

// The option whose name is nearest, of any section; null when none is near.
const Option* nearest_option(std::string_view key) {
  std::vector<std::string_view> names;
  for (const auto& option : options()) names.push_back(option.name);
  const std::string_view name = nearest_word(key, names);
  for (const auto& option : options()) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::string did_you_mean(const std::string& name) { return "Did you mean " + name + "?"; }

}  // namespace

std::string_view nearest_word(std::string_view mistyped, const std::vector<std::string_view>& words) {
  // Up to a third of the letters may be wrong, and always two of them, but never all.
  const int letters = static_cast<int>(mistyped.size());
  int nearest = std::min(std::max(2, letters / 3) + 1, letters);
  std::string_view found;
  for (const auto word : words) {
    const int distance = edit_distance(mistyped, word);
    if (distance < nearest) {
      nearest = distance;
      found = word;
    }
  }
  return found;
}

std::string unknown_section_message(std::string_view section) {
  const auto sections = section_names();
  const auto nearest = nearest_word(section, sections);
  return "unknown section [" + std::string(section) + "] (the sections are " + enumeration(sections, "and") +
         "). " + (nearest.empty() ? "Use one of these." : did_you_mean("[" + std::string(nearest) + "]"));
}

std::string unknown_key_message(std::string_view section, std::string_view key) {
  const std::string full_name = std::string(section) + "." + std::string(key);
  const auto keys = key_names(section);
  const auto nearest = nearest_word(key, keys);
  std::string remedy = "Use one of these.";
  if (!nearest.empty()) {
    remedy = did_you_mean(std::string(section) + "." + std::string(nearest));
  } else if (const Option* elsewhere = nearest_option(key)) {
    remedy = did_you_mean(elsewhere->full_name());
  }
  return "unknown key " + full_name + " (the keys of [" + std::string(section) + "] are " +
         enumeration(keys, "and") + "). " + remedy;
}

std::string key_without_section_message(std::string_view key) {
  const Option* nearest = nearest_option(key);
  return "key " + std::string(key) + " stands outside a section (every key belongs to one). " +
         (nearest ? did_you_mean(nearest->full_name()) : "Write section.key or put it under a [section].");
}

}  // namespace qke
