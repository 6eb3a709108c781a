# What makes the image, with what it depends on. It runs without a network.
?essential
apt
mmdebstrap
python3
# pip as a wheel; it installs the image's wheels by their hashes.
python3-pip-whl
squashfs-tools
zstd
xz-utils
cpio
kmod
# The medium: BIOS and UEFI, CD and USB stick.
grub-common
grub-pc-bin
xorriso
mtools
dosfstools
