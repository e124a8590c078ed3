#include "simulator/kernel/text_table.h"

#include "simulator/kernel/random.h"

#include <bit>

namespace daruma {

namespace {

std::uint32_t hashOf(std::string_view text)
{
    return static_cast<std::uint32_t>(nameHash(text));
}

}  // namespace

TextId TextTable::intern(std::string_view text)
{
    if (2 * (m_size + 1) > m_index.size())
        rebuildIndex(std::bit_ceil(4 * (m_size + 4)));
    const std::uint32_t hash = hashOf(text);
    Entry &entry = m_index[placeOf(text, hash)];
    if (entry.number != 0)
        return {entry.number - 1};
    if (m_size == m_texts.size())
        m_texts.emplace_back(text);
    else
        m_texts[m_size].assign(text);
    entry = {hash, static_cast<std::uint32_t>(++m_size)};
    return {entry.number - 1};
}

std::string_view TextTable::operator[](TextId id) const
{
    return id.value < m_size ? std::string_view(m_texts[id.value]) : std::string_view();
}

TextId TextTable::find(std::string_view text) const
{
    if (m_size == 0)
        return {};
    const std::uint32_t number = m_index[placeOf(text, hashOf(text))].number;
    return number == 0 ? TextId{} : TextId{number - 1};
}

/// Where the text stands in the index, or would be put.
std::size_t TextTable::placeOf(std::string_view text, std::uint32_t hash) const
{
    const std::size_t last = m_index.size() - 1;
    std::size_t place = hash & last;
    while (m_index[place].number != 0
           && (m_index[place].hash != hash || m_texts[m_index[place].number - 1] != text))
        place = (place + 1) & last;
    return place;
}

void TextTable::rebuildIndex(std::size_t places)
{
    m_index.assign(places, {});
    for (std::uint32_t i = 0; i < m_size; ++i) {
        const std::uint32_t hash = hashOf(m_texts[i]);
        m_index[placeOf(m_texts[i], hash)] = {hash, i + 1};
    }
}

void TextTable::truncate(std::size_t size)
{
    if (m_size <= size)
        return;
    // Texts that were added later lie behind the earlier ones on every path of the search: taking them out
    // leaves no gap before another.
    while (m_size > size) {
        const std::string &last = m_texts[m_size - 1];
        m_index[placeOf(last, hashOf(last))] = {};
        --m_size;
    }
}

}  // namespace daruma
