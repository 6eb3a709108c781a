# What makes the image, with what it depends on. It runs without a network.
?essential
apt
mmdebstrap
python3
mount
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
