#include <cstring>

namespace wire {

std::size_t Frame::copy_to(char* out, std::size_t room) const {
    // bug: copy-of-unchecked-length
    const auto length = ntohs(header_->length);
    std::memcpy(out, body_, length);
    return length;
}

std::size_t Frame::copy_safely_to(char* out, std::size_t room) const {
    // ok: copy-of-unchecked-length
    const auto length = ntohs(header_->length);
    if (length > room || length > size_) {
        throw std::length_error("frame");
    }
    std::memcpy(out, body_, length);
    return length;
}

}  // namespace wire
