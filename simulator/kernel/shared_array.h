#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace daruma {

/// An array whose copies share their memory until one of them is changed.
template <typename Value> class SharedArray {
public:
    std::size_t size() const { return m_values->size(); }
    const Value &operator[](std::size_t index) const { return m_first[index]; }

    Value &change(std::size_t index)
    {
        detach();
        return (*m_values)[index];
    }
    void push_back(Value value)
    {
        detach();
        m_values->push_back(std::move(value));
        m_first = m_values->data();
    }
    void truncate(std::size_t size)
    {
        if (size == m_values->size())
            return;
        detach();
        m_values->erase(m_values->begin() + static_cast<std::ptrdiff_t>(size), m_values->end());
    }

private:
    void detach()
    {
        if (m_values.use_count() > 1) {
            m_values = std::make_shared<std::vector<Value>>(*m_values);
            m_first = m_values->data();
        } else {
            // Another thread may have been the last one that shared it, and has done with reading.
            std::atomic_thread_fence(std::memory_order_acquire);
        }
    }

    std::shared_ptr<std::vector<Value>> m_values = std::make_shared<std::vector<Value>>();
    const Value *m_first = nullptr;  ///< of m_values: saves a look-up
};

}  // namespace daruma
