package figures

import (
	"runtime"
	"syscall"
	"time"
)

// cpuTime is the processor time that this process has used, the collection of
// garbage included. Unlike the time on the wall it does not depend on what else
// the machine is doing.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// costOf does something a number of times and returns what one took on average:
// processor time, the garbage it left included, bytes and allocations.
func costOf(times int, do func()) (took time.Duration, bytes, allocations int64) {
	do() // what is made once for all is not counted
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := cpuTime()
	for range times {
		do()
	}
	runtime.GC()
	took = cpuTime() - began
	runtime.ReadMemStats(&after)
	n := int64(times)
	return took / time.Duration(n), int64(after.TotalAlloc-before.TotalAlloc) / n, int64(after.Mallocs-before.Mallocs) / n
}
