package main

import (
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
