package sources

import (
	"errors"
	"fmt"

	"github.com/teambition/rrule-go"
)

// CheckRule refuses recurrence rules that are well formed but make no sense. It
// has to be asked before a rule is expanded: the library that does so panics on
// weekdays that no month has ("the 20th Saturday").
func CheckRule(option *rrule.ROption) error {
	if option.Freq > rrule.DAILY {
		return errors.New("no calendar repeats more often than daily")
	}
	if len(option.Byeaster) > 0 {
		return errors.New("BYEASTER is not part of the standard")
	}
	most := 0 // of one weekday within what the rule counts in
	switch {
	case option.Freq == rrule.MONTHLY, option.Freq == rrule.YEARLY && len(option.Bymonth) > 0:
		most = 5
	case option.Freq == rrule.YEARLY:
		most = 53
	}
	for _, day := range option.Byweekday {
		if n := day.N(); n > most || n < -most {
			return fmt.Errorf("there is no %d. weekday of that kind to repeat on", n)
		}
	}
	return nil
}
