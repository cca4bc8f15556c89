/*
 * Lets user-mode-linux 6.1 run on a CPU whose register state is larger than it knows (AMX: 11 KB against 2,696 bytes).
 * Preloaded into linux.uml. Linux takes PTRACE_SETREGSET for NT_X86_XSTATE only in full length and answers EFAULT otherwise
 * (arch/x86/kernel/fpu/regset.c, xstateregs_set); user-mode-linux then panics with "ptrace set fp regs failed".
 * Here the short state is laid over the whole one before it is set.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static long kernel_ptrace(long request, long pid, void *address, void *data) {
  return syscall(SYS_ptrace, request, pid, address, data);
}

static long set_xstate(long pid, void *address, const struct iovec *given) {
  static char whole[65536] __attribute__((aligned(64)));
  struct iovec state = {whole, sizeof whole};
  if (kernel_ptrace(PTRACE_GETREGSET, pid, address, &state) < 0) return -1;
  if (given->iov_len >= state.iov_len) state = *given;
  else memcpy(whole, given->iov_base, given->iov_len);
  return kernel_ptrace(PTRACE_SETREGSET, pid, address, &state);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list words;
  va_start(words, request);
  pid_t pid = va_arg(words, pid_t);
  void *address = va_arg(words, void *);
  void *data = va_arg(words, void *);
  va_end(words);
  /* The library call returns what it peeked; the system call writes it. */
  if (request == PTRACE_PEEKUSER || request == PTRACE_PEEKDATA || request == PTRACE_PEEKTEXT) {
    long word = 0;
    return kernel_ptrace(request, pid, address, &word) < 0 ? -1 : word;
  }
  if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) return set_xstate(pid, address, data);
  return kernel_ptrace(request, pid, address, data);
}
