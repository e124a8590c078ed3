#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Integers in as few bytes as they need: seven bits a byte, the lowest first, the top bit says that more
/// follow.

namespace daruma {

constexpr std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

/// Differences wrap around, so that any two values have one.
constexpr std::int64_t wrappingDifference(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

constexpr std::int64_t wrappingSum(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

inline constexpr std::size_t maxVarintBytes = 10;

/// Writes at `to`, which has room for maxVarintBytes, and returns the place after it.
inline std::byte *writeVarint(std::byte *to, std::uint64_t value)
{
    while (value >= 0x80) {
        *to++ = static_cast<std::byte>(value | 0x80);
        value >>= 7;
    }
    *to++ = static_cast<std::byte>(value);
    return to;
}

inline void appendVarint(std::vector<std::byte> &to, std::uint64_t value)
{
    std::byte bytes[maxVarintBytes];
    to.insert(to.end(), bytes, writeVarint(bytes, value));
}

/// Reads from bytes that nobody vouches for. After a read past the end, or of a varint too long, it has
/// failed; what it then returns is zero or empty.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes = {})
        : m_at(bytes.data())
        , m_end(bytes.data() + bytes.size())
    {}

    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && m_at != m_end; shift += 7) {
            const auto byte = static_cast<std::uint64_t>(*m_at++);
            value |= (byte & 0x7f) << shift;
            if (byte < 0x80)
                return value;
        }
        m_failed = true;
        return 0;
    }

    std::int64_t signedVarint() { return unzigzag(varint()); }

    std::span<const std::byte> bytes(std::uint64_t count)
    {
        if (count > static_cast<std::uint64_t>(m_end - m_at)) {
            m_failed = true;
            return {};
        }
        const std::span<const std::byte> taken(m_at, static_cast<std::size_t>(count));
        m_at += count;
        return taken;
    }

    std::span<const std::byte> rest() { return bytes(static_cast<std::uint64_t>(m_end - m_at)); }
    bool atEnd() const { return m_at == m_end; }
    bool hasFailed() const { return m_failed; }

private:
    const std::byte *m_at;
    const std::byte *m_end;
    bool m_failed = false;
};

}
