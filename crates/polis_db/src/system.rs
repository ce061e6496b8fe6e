//! The only room that touches the disk and the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;

use crate::paths;

/// A file of more bytes is refused: byte offsets must fit into 32 bits with room to spare, and no policy is that long.
pub const MAX_BYTES: u64 = 1 << 30;

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DirEntry {
    /// Its name within the folder.
    pub name: String,
    /// Whether it is a folder. A link to a folder is not one here, so that a walk cannot go in circles.
    pub is_dir: bool,
}

/// Everything that is asked of the outer world.
///
/// Paths may be relative; they start from [`System::current_dir`].
pub trait System: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// Whatever the system says, and [`io::ErrorKind::FileTooLarge`] for more than [`MAX_BYTES`].
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>>;

    /// How many bytes a file that is [read](System::read) may have.
    fn max_bytes(&self) -> u64 {
        MAX_BYTES
    }

    /// The entries of a folder, ordered by name.
    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>>;

    /// Whether there is a file of this path; links are followed.
    fn is_file(&self, path: &Utf8Path) -> bool;

    /// Whether there is a folder of this path; links are followed.
    fn is_dir(&self, path: &Utf8Path) -> bool;

    /// Writes a file in one step: whoever reads it sees the old bytes or the new ones, never a part. An existing file
    /// keeps its permissions, and a link stays a link.
    fn write_atomic(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()>;

    /// Begins a file that is written piece by piece, and takes its name in one step when it is whole: as
    /// [`System::write_atomic`], for what should not be held in memory.
    fn create(&self, path: &Utf8Path) -> io::Result<Box<dyn NewFile>>;

    /// Opens a file to be read in pieces, for what should not be held in memory.
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn RandomRead>>;

    /// Makes a folder and those above it; one that is there already is left as it is.
    fn create_dir_all(&self, path: &Utf8Path) -> io::Result<()>;

    /// A flag that is raised when the user interrupts the program, which from now on goes on until it looks at the flag:
    /// for long work that has something to clear away.
    fn interrupts(&self) -> Arc<AtomicBool>;

    /// A variable of the environment, if it is set and UTF-8.
    fn env_var(&self, name: &str) -> Option<String>;

    /// The current folder, absolute.
    fn current_dir(&self) -> io::Result<Utf8PathBuf>;
}

/// A file that is being written. Until it is committed nobody sees it; dropped without that it leaves nothing behind.
pub trait NewFile: io::Write + Send {
    /// Gives the file its name. Whatever had it before is replaced.
    fn commit(self: Box<Self>) -> io::Result<()>;
}

/// A file that is read in pieces.
pub trait RandomRead: Send + Sync {
    /// Its length in bytes.
    fn length(&self) -> io::Result<u64>;

    /// Fills `bytes` from `offset` on.
    ///
    /// # Errors
    ///
    /// Whatever the system says, and [`io::ErrorKind::UnexpectedEof`] where the file has not as many bytes.
    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()>;
}

/// The real disk and environment.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsSystem;

impl System for OsSystem {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
        let file = fs::File::open(path)?;
        // The length is only a hint: a pipe has none, and a file can grow while it is read.
        let length = file.metadata()?.len();
        if length > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
        let entries = fs::read_dir(path)?;
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry?;
            // A name that is not UTF-8 is kept in a form that can be shown: reading the file then fails and is reported,
            // while leaving it out would be a silent pass.
            let name = entry.file_name().to_string_lossy().into_owned();
            found.push(DirEntry { name, is_dir: entry.file_type()?.is_dir() });
        }
        found.sort();
        Ok(found)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        path.is_file()
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        path.is_dir()
    }

    fn write_atomic(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(path)?;
        file.write_all(bytes)?;
        file.commit()
    }

    fn create(&self, path: &Utf8Path) -> io::Result<Box<dyn NewFile>> {
        // A device or a pipe, such as `/dev/stdout`, is written to as it is: a file in its place would be another thing.
        if fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir()) {
            let device = fs::OpenOptions::new().write(true).open(path)?;
            return Ok(Box::new(Device(device)));
        }
        // The file that a link leads to is replaced, not the link.
        let path = if path.is_symlink() { path.canonicalize_utf8()? } else { path.to_owned() };
        let folder = path.parent().filter(|it| !it.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".polis-").suffix(".tmp");
        // Without this the file would be readable by its owner only; the umask still applies.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        // In the same folder, because a rename across file systems is a copy.
        let file = builder.tempfile_in(folder)?;
        Ok(Box::new(DiskFile { file, path }))
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn RandomRead>> {
        #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
        let file = fs::File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Box::new(Mutex::new(file)))
    }

    fn create_dir_all(&self, path: &Utf8Path) -> io::Result<()> {
        #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
        fs::create_dir_all(path)
    }

    fn interrupts(&self) -> Arc<AtomicBool> {
        static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
        let flag = FLAG.get_or_init(|| {
            let flag = Arc::new(AtomicBool::new(false));
            let raised = Arc::clone(&flag);
            // Where no handler can be set, an interrupt ends the program as ever, and a temporary file may stay behind.
            let _ = ctrlc::set_handler(move || raised.store(true, Ordering::Relaxed));
            flag
        });
        Arc::clone(flag)
    }

    fn env_var(&self, name: &str) -> Option<String> {
        #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
        let value = std::env::var(name);
        value.ok()
    }

    fn current_dir(&self) -> io::Result<Utf8PathBuf> {
        #[expect(clippy::disallowed_methods, reason = "this is the room for it")]
        let path = std::env::current_dir()?;
        Utf8PathBuf::try_from(path).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

/// What is no file of the disk, and has its name already.
struct Device(fs::File);

impl io::Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl NewFile for Device {
    fn commit(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

/// A file of the disk that has no name yet.
struct DiskFile {
    file: tempfile::NamedTempFile,
    path: Utf8PathBuf,
}

impl io::Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl NewFile for DiskFile {
    fn commit(self: Box<Self>) -> io::Result<()> {
        let Self { file, path } = *self;
        if let Ok(old) = fs::metadata(&path) {
            file.as_file().set_permissions(old.permissions())?;
        }
        // Without this the new name could outlive a crash that the bytes do not.
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    }
}

impl RandomRead for Mutex<fs::File> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner).metadata()?.len())
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let mut file = self.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(io::SeekFrom::Start(offset))?;
        file.read_exact(bytes)
    }
}

/// A disk and environment in memory, for tests. The current folder is `/` unless another is set.
///
/// A folder exists when a file lies in it, or when it was added by itself.
#[derive(Debug, Default)]
pub struct MemorySystem {
    disk: Arc<Mutex<Disk>>,
    current: Utf8PathBuf,
    variables: BTreeMap<SmolStr, String>,
    max_bytes: Option<u64>,
}

/// What lies where; paths are absolute.
#[derive(Debug, Default)]
struct Disk {
    /// Files: their bytes, or how reading them fails.
    files: BTreeMap<Utf8PathBuf, Result<Vec<u8>, io::ErrorKind>>,
    /// Folders that were added by themselves, and how listing them fails.
    folders: BTreeMap<Utf8PathBuf, Option<io::ErrorKind>>,
}

impl MemorySystem {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self { current: "/".into(), ..Self::default() }
    }

    /// With a file of this text.
    #[must_use]
    pub fn with_file(self, path: &str, text: &str) -> Self {
        self.with_bytes(path, text)
    }

    /// With a file of these bytes.
    #[must_use]
    pub fn with_bytes(self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let path = self.absolute(path.into());
        self.disk().files.insert(path, Ok(bytes.into()));
        self
    }

    /// With a file that cannot be read.
    #[must_use]
    pub fn with_unreadable_file(self, path: &str, error: io::ErrorKind) -> Self {
        let path = self.absolute(path.into());
        self.disk().files.insert(path, Err(error));
        self
    }

    /// With an empty folder.
    #[must_use]
    pub fn with_folder(self, path: &str) -> Self {
        let path = self.absolute(path.into());
        self.disk().folders.insert(path, None);
        self
    }

    /// With a folder that cannot be listed.
    #[must_use]
    pub fn with_unreadable_folder(self, path: &str, error: io::ErrorKind) -> Self {
        let path = self.absolute(path.into());
        self.disk().folders.insert(path, Some(error));
        self
    }

    /// With a variable of the environment.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Where files of more bytes are refused.
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = Some(max_bytes);
        self
    }

    /// With this current folder.
    #[must_use]
    pub fn with_current_dir(mut self, path: &str) -> Self {
        self.current = self.absolute(path.into());
        self
    }

    fn absolute(&self, path: &Utf8Path) -> Utf8PathBuf {
        paths::join(&self.current, path)
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        // A poisoned lock only means that a test thread failed while holding it.
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    /// Everything below a folder.
    fn below(&self, folder: &Utf8Path) -> impl Iterator<Item = (&Utf8Path, bool)> {
        let files = self.files.keys().map(|it| (it.as_path(), false));
        let folders = self.folders.keys().map(|it| (it.as_path(), true));
        files.chain(folders).filter_map(move |(path, is_dir)| Some((path.strip_prefix(folder).ok()?, is_dir)))
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        !self.files.contains_key(path) && (path.parent().is_none() || self.below(path).next().is_some())
    }
}

impl Disk {
    /// Whether a file can have this path.
    fn takes(&self, path: &Utf8Path) -> io::Result<()> {
        if self.is_dir(path) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if path.parent().is_some_and(|it| self.is_dir(it)) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn write(&mut self, path: Utf8PathBuf, bytes: Vec<u8>) -> io::Result<()> {
        self.takes(&path)?;
        self.files.insert(path, Ok(bytes));
        Ok(())
    }
}

/// A file of the disk in memory that has no name yet.
struct MemoryFile {
    bytes: Vec<u8>,
    path: Utf8PathBuf,
    disk: Arc<Mutex<Disk>>,
}

impl io::Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl NewFile for MemoryFile {
    fn commit(self: Box<Self>) -> io::Result<()> {
        let Self { bytes, path, disk } = *self;
        disk.lock().unwrap_or_else(PoisonError::into_inner).write(path, bytes)
    }
}

impl RandomRead for Vec<u8> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let found = self.get(start..start.saturating_add(bytes.len())).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(found);
        Ok(())
    }
}

impl System for MemorySystem {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        match self.disk().files.get(&self.absolute(path)) {
            Some(Ok(bytes)) if bytes.len() as u64 > self.max_bytes() => Err(io::ErrorKind::FileTooLarge.into()),
            Some(Ok(bytes)) => Ok(bytes.clone()),
            Some(Err(kind)) => Err((*kind).into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn max_bytes(&self) -> u64 {
        self.max_bytes.unwrap_or(MAX_BYTES)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        let path = self.absolute(path);
        let disk = self.disk();
        if let Some(Some(kind)) = disk.folders.get(&path) {
            return Err((*kind).into());
        }
        if !disk.is_dir(&path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut found = BTreeSet::new();
        for (rest, is_dir) in disk.below(&path) {
            let mut components = rest.components();
            if let Some(name) = components.next() {
                let is_dir = is_dir || components.next().is_some();
                found.insert(DirEntry { name: name.to_string(), is_dir });
            }
        }
        Ok(found.into_iter().collect())
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.disk().files.contains_key(&self.absolute(path))
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.disk().is_dir(&self.absolute(path))
    }

    fn write_atomic(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        let path = self.absolute(path);
        self.disk().write(path, bytes.to_vec())
    }

    fn create(&self, path: &Utf8Path) -> io::Result<Box<dyn NewFile>> {
        let path = self.absolute(path);
        self.disk().takes(&path)?;
        Ok(Box::new(MemoryFile { bytes: Vec::new(), path, disk: Arc::clone(&self.disk) }))
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn RandomRead>> {
        // However large it is.
        match self.disk().files.get(&self.absolute(path)) {
            Some(Ok(bytes)) => Ok(Box::new(bytes.clone())),
            Some(Err(kind)) => Err((*kind).into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn create_dir_all(&self, path: &Utf8Path) -> io::Result<()> {
        let path = self.absolute(path);
        let mut disk = self.disk();
        if path.ancestors().any(|it| disk.files.contains_key(it)) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !disk.is_dir(&path) {
            disk.folders.insert(path, None);
        }
        Ok(())
    }

    fn interrupts(&self) -> Arc<AtomicBool> {
        Arc::new(AtomicBool::new(false))
    }

    fn env_var(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn current_dir(&self) -> io::Result<Utf8PathBuf> {
        Ok(self.current.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(entries: &[DirEntry]) -> Vec<(&str, bool)> {
        entries.iter().map(|it| (it.name.as_str(), it.is_dir)).collect()
    }

    /// The same expectations for both systems, so that the one in memory does not drift from the disk.
    fn behaves(system: &dyn System, root: &Utf8Path) {
        system.write_atomic(&root.join("b.pol"), "甲".as_bytes()).unwrap();
        system.write_atomic(&root.join("a.pol"), b"one").unwrap();
        system.write_atomic(&root.join("a.pol"), b"two").unwrap();
        assert_eq!(system.read(&root.join("a.pol")).unwrap(), b"two");
        assert_eq!(system.read(&root.join("c.pol")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(system.write_atomic(&root.join("no/a.pol"), b"").is_err());
        assert!(system.write_atomic(&root.join("sub"), b"").is_err(), "a folder is not overwritten");
        assert!(system.create_dir_all(&root.join("a.pol")).is_err(), "a file is no folder");
        assert!(system.create_dir_all(&root.join("a.pol/sub")).is_err(), "nothing lies in a file");
        let mut file = system.create(&root.join("a.pol")).unwrap();
        file.write_all(b"th").unwrap();
        assert_eq!(system.read(&root.join("a.pol")).unwrap(), b"two", "not whole yet");
        file.write_all(b"ree").unwrap();
        file.commit().unwrap();
        drop(system.create(&root.join("dropped.pol")).unwrap());
        assert!(system.create(&root.join("no/a.pol")).is_err());
        let file = system.open(&root.join("a.pol")).unwrap();
        let mut bytes = [0; 3];
        file.read_at(2, &mut bytes).unwrap();
        assert_eq!((file.length().unwrap(), &bytes), (5, b"ree"));
        assert_eq!(file.read_at(3, &mut bytes).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(system.open(&root.join("sub")).is_err() && system.open(&root.join("no")).is_err());
        let entries = system.read_dir(root).unwrap();
        assert_eq!(names(&entries), [("a.pol", false), ("b.pol", false), ("sub", true)]);
        assert!(system.read_dir(&root.join("no")).is_err());
        assert!(system.is_file(&root.join("a.pol")) && !system.is_dir(&root.join("a.pol")));
        assert!(system.is_dir(root) && !system.is_file(root));
        assert!(system.is_dir(&root.join("sub")) && !system.is_dir(&root.join("no")));
        for folder in ["sub", "new/inner", "new/inner"] {
            system.create_dir_all(&root.join(folder)).unwrap();
            assert!(system.is_dir(&root.join(folder)));
        }
        system.write_atomic(&root.join("new/inner/a.pol"), b"").unwrap();
        assert_eq!(names(&system.read_dir(&root.join("new")).unwrap()), [("inner", true)]);
    }

    #[test]
    fn memory_and_disk_behave_alike() {
        behaves(&MemorySystem::new().with_folder("/w/sub"), "/w".into());
        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(temporary.path()).unwrap();
        fs::create_dir(root.join("sub")).unwrap();
        behaves(&OsSystem, root);
    }

    /// A device is not replaced by a file.
    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_written_to() {
        let full = Utf8Path::new("/dev/full");
        assert_eq!(OsSystem.write_atomic(full, b"x").unwrap_err().kind(), io::ErrorKind::StorageFull);
        OsSystem.write_atomic(Utf8Path::new("/dev/null"), b"x").unwrap();
        assert!([full, Utf8Path::new("/dev/null")].iter().all(|it| !fs::metadata(it).unwrap().is_file()));
    }

    #[test]
    fn what_is_too_large_is_opened_and_not_read() {
        let system = MemorySystem::new().with_file("/a", "four").with_max_bytes(3);
        assert_eq!(system.read("/a".into()).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!((system.open("/a".into()).unwrap().length().unwrap(), system.max_bytes()), (4, 3));
    }

    #[test]
    fn memory_knows_relative_paths_and_variables() {
        let system = MemorySystem::new()
            .with_current_dir("/w")
            .with_file("a.pol", "甲")
            .with_unreadable_file("b.pol", io::ErrorKind::PermissionDenied)
            .with_variable("POLIS_LANG", "zh");
        assert_eq!(system.read("/w/a.pol".into()).unwrap(), "甲".as_bytes());
        assert_eq!(system.read("../w/a.pol".into()).unwrap(), "甲".as_bytes());
        assert_eq!(system.read("b.pol".into()).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(system.current_dir().unwrap(), "/w");
        assert_eq!(system.env_var("POLIS_LANG").as_deref(), Some("zh"));
        assert_eq!(system.env_var("OTHER"), None);
    }

    #[cfg(unix)]
    #[test]
    fn writing_keeps_permissions_and_links() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(temporary.path()).unwrap();
        let (file, link) = (root.join("a.pol"), root.join("link.pol"));
        OsSystem.write_atomic(&file, b"one").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        OsSystem.write_atomic(&link, b"two").unwrap();
        assert_eq!(OsSystem.read(&file).unwrap(), b"two");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.is_symlink());
        assert_eq!(OsSystem.read_dir(root).unwrap().len(), 2, "no temporary file is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_is_no_folder_of_a_walk() {
        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(temporary.path()).unwrap();
        std::os::unix::fs::symlink(root, root.join("loop")).unwrap();
        assert_eq!(names(&OsSystem.read_dir(root).unwrap()), [("loop", false)]);
    }
}
