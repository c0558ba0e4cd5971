// The cache that Argo CD keeps its results in, in memory: a Redis server for tests.
//
// Its arguments are the address to listen on and the password.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: redis ADDRESS PASSWORD")
		os.Exit(2)
	}
	server := miniredis.NewMiniRedis()
	server.RequireAuth(os.Args[2])
	if err := server.StartAddr(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Its clock stands still unless it is moved: without it, nothing that is kept for a time would expire.
	for range time.Tick(time.Second) {
		server.FastForward(time.Second)
	}
}
