#pragma once

#include <string>

namespace daruma {

/// Keeps other processes from adding to files of the folder at the same time. Where the file system has no
/// locks, none is held.
class FolderLock {
public:
    /// Waits for whoever holds it. Empty: the current folder.
    explicit FolderLock(const std::string &folder);
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;
    ~FolderLock();

private:
    int m_folder;
};

}
