#include "simulator/kernel/text_table.h"

namespace daruma {

TextId TextTable::intern(std::string_view text)
{
    if (const TextId known = find(text); known.isValid())
        return known;
    const auto number = static_cast<std::uint32_t>(m_texts.size());
    m_texts.emplace_back(text);
    m_index.emplace(m_texts.back(), number);
    return {number};
}

std::string_view TextTable::operator[](TextId id) const
{
    return id.value < m_texts.size() ? std::string_view(m_texts[id.value]) : std::string_view();
}

TextId TextTable::find(std::string_view text) const
{
    const auto known = m_index.find(text);
    return known == m_index.end() ? TextId{} : TextId{known->second};
}

void TextTable::truncate(std::size_t size)
{
    while (m_texts.size() > size) {
        m_index.erase(m_texts.back());
        m_texts.pop_back();
    }
}

}  // namespace daruma
