import { mount } from '../shared/ui/mount.tsx';
import { App } from './app.tsx';

mount(<App />);
