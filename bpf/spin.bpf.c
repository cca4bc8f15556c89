/*
 * A program that burns a set time for each packet and lets it pass: what `explain` has to find again (npm run bench:explain). It is compiled with the
 * number of turns that take that time on the machine.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#ifndef TURNS
#error "TURNS is how often it turns for each packet"
#endif

/* A multiplication that waits for the one before it takes the same time on every turn. */
static long turn(__u32 index, __u64 *state)
{
	*state = *state * 6364136223846793005ull + index;
	return 0;
}

SEC("tc")
int podwire_spin(struct __sk_buff *skb)
{
	__u64 state = skb->len;

	bpf_loop(TURNS, turn, &state, 0);
	/* Keeps the compiler from removing the loop. */
	__asm__ volatile("" : : "r"(state) : "memory");
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
