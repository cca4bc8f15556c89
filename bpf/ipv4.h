/* Where programs of tc find the IPv4 header of a packet. */
#ifndef PODWIRE_IPV4_H
#define PODWIRE_IPV4_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* The header where it lies, until the packet is changed; 0 where the packet is not IPv4 or shorter than that. */
static __always_inline const struct iphdr *ipv4_header(struct __sk_buff *skb)
{
	if (skb->protocol != bpf_htons(ETH_P_IP))
		return 0;
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	/* A stack's own packets begin with their headers; what others made may not. */
	if (data + ETH_HLEN + sizeof(struct iphdr) > end) {
		bpf_skb_pull_data(skb, ETH_HLEN + sizeof(struct iphdr));
		data = (void *)(long)skb->data;
		end = (void *)(long)skb->data_end;
	}
	const struct iphdr *ip = data + ETH_HLEN;
	return (void *)(ip + 1) > end ? 0 : ip;
}

#endif
