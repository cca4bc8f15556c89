#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "loader.h"

static char reason[1024];

bool failed(const char *format, ...)
{
	if (reason[0] == '\0') {
		va_list words;
		va_start(words, format);
		vsnprintf(reason, sizeof reason, format, words);
		va_end(words);
	}
	return false;
}

const char *failure(void)
{
	return reason;
}

void forget_failure(void)
{
	reason[0] = '\0';
}

void *must(void *memory)
{
	if (memory == NULL) {
		fputs("podwire-ebpf: out of memory\n", stderr);
		exit(1);
	}
	return memory;
}
