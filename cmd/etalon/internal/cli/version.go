package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	etalonv1 "github.com/etalon-registry/etalon/gen/etalon/v1"
	"github.com/etalon-registry/etalon/service/buildinfo"
)

func (a *app) versionCmd() *cobra.Command {
	var remote bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the program's version, and with --remote about the registry",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !remote {
				return a.printVersion()
			}
			ctx, c, cancel, err := a.call(cmd)
			if err != nil {
				return err
			}
			defer cancel()
			r, err := c.Registry.GetRegistry(ctx, &etalonv1.GetRegistryRequest{})
			if err != nil {
				return err
			}
			return a.print(r, func(out io.Writer) {
				fields(out,
					"program", buildinfo.Version(),
					"server", r.GetServerVersion(),
					"registry", r.GetId(),
					"created", moment(r.GetCreateTime()),
					"revision", strconv.FormatUint(r.GetRevision(), 10),
					"authorities", strconv.Itoa(int(r.GetAuthorityCount())),
					"standards", strconv.Itoa(int(r.GetStandardCount())),
					"versions", strconv.Itoa(int(r.GetVersionCount())),
				)
			})
		},
	}
	cmd.Flags().BoolVar(&remote, "remote", false, "tell about the registry, too")
	return cmd
}

// printVersion prints the version of this program alone.
func (a *app) printVersion() error {
	if a.text() {
		_, err := fmt.Fprintln(a.Out, "etalon "+buildinfo.Version())
		return err
	}
	b, err := json.Marshal(map[string]string{"version": buildinfo.Version()})
	if err != nil {
		return err
	}
	return a.printJSON(b)
}
