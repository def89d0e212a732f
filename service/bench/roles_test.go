package bench_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/etalon-registry/etalon/service/config"
	"github.com/etalon-registry/etalon/service/server"
)

const adminToken = "token-of-a-benchmark"

// command is what a child can be asked besides the usual.
type command func(args []string) (answer, error)

// runRole is the main function of a child.
func runRole(conf string) error {
	var r role
	if err := json.Unmarshal([]byte(conf), &r); err != nil {
		return err
	}
	start, ok := map[string]func(context.Context, role) (answer, map[string]command, error){
		"etalond": runEtalond, "bare": runBare, "load": runLoad,
	}[r.Kind]
	if !ok {
		return fmt.Errorf("no role %q", r.Kind)
	}
	ctx, cancel := context.WithCancel(context.Background())
	first, commands, err := start(ctx, r)
	if err != nil {
		first.Error = err.Error()
	}
	say(first)
	if err == nil {
		err = obey(commands)
	}
	cancel()
	stopping.Wait()
	return err
}

// stopping waits for what a role has to take down.
var stopping sync.WaitGroup

func say(a answer) {
	b, err := json.Marshal(a)
	if err != nil {
		b = []byte(`{"Error":"no answer"}`)
	}
	fmt.Println(string(b))
}

// obey answers commands until standard input ends.
func obey(commands map[string]command) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		words := strings.Fields(in.Text())
		var a answer
		var err error
		switch words[0] {
		case "usage":
		case "collect":
			runtime.GC()
			runtime.GC()
		case "profile":
			err = startProfile(words[1])
		case "unprofile":
			pprof.StopCPUProfile()
		default:
			do, ok := commands[words[0]]
			if !ok {
				err = fmt.Errorf("no command %q", words[0])
				break
			}
			a, err = do(words[1:])
		}
		if err != nil {
			a.Error = err.Error()
		}
		a.measure(words[0] != "usage")
		say(a)
	}
	return in.Err()
}

func startProfile(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return pprof.StartCPUProfile(f)
}

// measure adds what the process has used.
func (a *answer) measure(memory bool) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err == nil {
		a.CPU = float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	if memory { // it stops the world
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		a.Heap, a.Stack = m.HeapAlloc, m.StackInuse
	}
}

// runEtalond is the server under test, whole, as its command runs it.
func runEtalond(ctx context.Context, r role) (answer, map[string]command, error) {
	args := append([]string{"--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--data-dir", r.Dir}, r.Args...)
	cfg, err := config.Parse(args, os.LookupEnv)
	if err != nil {
		return answer{}, nil, err
	}
	s, err := server.New(server.Options{Config: cfg, Log: os.Stderr})
	if err != nil {
		return answer{}, nil, err
	}
	ended := make(chan error, 1)
	stopping.Go(func() { ended <- s.Run(ctx) })
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if ready, _ := s.Ready(); ready {
			return answer{GRPC: s.GRPCAddr(), HTTP: s.HTTPAddr()}, nil, nil
		}
		select {
		case err := <-ended:
			return answer{}, nil, fmt.Errorf("it ended before it was ready: %v", err)
		case <-tick.C:
		}
	}
}

// number reads a number of a command.
func number(args []string, i int) (int, error) {
	if i >= len(args) {
		return 0, fmt.Errorf("argument %d is missing", i)
	}
	return strconv.Atoi(args[i])
}
